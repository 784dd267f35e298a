package main

import (
	"cmp"
	"errors"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version of a release: its build says -ldflags="-X main.release=1.4.0".
var release string

// build describes the binary.
type build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified,omitempty"` // built from a tree with changes
}

func (a *app) version() *cobra.Command {
	var asJSON, sbom bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			b := readBuild()
			switch {
			case sbom && asJSON:
				return usagef("--json or --sbom, not both")
			case sbom:
				info, ok := debug.ReadBuildInfo()
				if !ok {
					return failed(errors.New("the binary was built without module support, so it does not know what is in it"))
				}
				return a.printJSON(materials(info, b.Version))
			case asJSON:
				return a.printJSON(b)
			}
			a.printf("topsim %s, %s %s", b.Version, b.Go, b.Platform)
			if b.Revision != "" {
				a.printf(", revision %s of %s", b.Revision, b.Time)
			}
			if b.Modified {
				a.printf(", modified")
			}
			a.printf("\n")
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&sbom, "sbom", false, "print the modules in the binary as a CycloneDX 1.6 bill of materials")
	return c
}

// readBuild asks the binary what it was built from.
func readBuild() build {
	info, _ := debug.ReadBuildInfo()
	return describe(release, info)
}

// describe words what a binary says of itself, nil for nothing.
func describe(release string, info *debug.BuildInfo) build {
	b := build{Version: cmp.Or(release, "devel"), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return b
	}
	if v := info.Main.Version; release == "" && v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
