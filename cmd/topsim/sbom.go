package main

import (
	"encoding/base64"
	"encoding/hex"
	"runtime/debug"
	"strings"
)

// bom is a bill of materials, https://cyclonedx.org/docs/1.6/json/, as far as
// a Go binary knows its own. It has no time and no serial number, so the same
// build prints the same bytes.
type bom struct {
	Format       string          `json:"bomFormat"`
	SpecVersion  string          `json:"specVersion"`
	Version      int             `json:"version"`
	Metadata     bomMetadata     `json:"metadata"`
	Components   []bomComponent  `json:"components"`
	Dependencies []bomDependency `json:"dependencies"`
}

type bomMetadata struct {
	Component  bomComponent  `json:"component"`
	Properties []bomProperty `json:"properties,omitempty"`
}

type bomComponent struct {
	Type    string    `json:"type"`
	Ref     string    `json:"bom-ref"`
	Name    string    `json:"name"`
	Version string    `json:"version,omitempty"`
	Hashes  []bomHash `json:"hashes,omitempty"`
	PURL    string    `json:"purl"`
}

type bomHash struct {
	Alg     string `json:"alg"`
	Content string `json:"content"` // hexadecimal
}

type bomProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type bomDependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// materials lists the modules that are linked into the binary, the standard
// library first. The binary doesn't say which module needs which, so the main
// one depends on all.
func materials(info *debug.BuildInfo, version string) bom {
	b := bom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1}
	main := component("application", debug.Module{Path: info.Main.Path, Version: version})
	b.Metadata.Component = main
	for _, s := range info.Settings {
		b.Metadata.Properties = append(b.Metadata.Properties, bomProperty{"build:" + s.Key, s.Value})
	}
	goVersion, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ") // an experiment may follow
	b.Components = append(b.Components, component("library", debug.Module{Path: "std", Version: goVersion}))
	for _, module := range info.Deps {
		if other := module.Replace; other != nil && other.Version != "" { // a folder has no name of its own
			module = other
		}
		b.Components = append(b.Components, component("library", *module))
	}
	dependencies := bomDependency{Ref: main.Ref}
	for _, c := range b.Components {
		dependencies.DependsOn = append(dependencies.DependsOn, c.Ref)
	}
	b.Dependencies = []bomDependency{dependencies}
	return b
}

func component(kind string, m debug.Module) bomComponent {
	c := bomComponent{Type: kind, Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path}
	if m.Version != "" {
		c.PURL += "@" + strings.ReplaceAll(m.Version, "+", "%2B") // as package URLs escape
	}
	c.Ref = c.PURL
	// go.sum's h1 is a SHA-256 of the sums of the module's files.
	if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(sum) > 0 {
		c.Hashes = []bomHash{{"SHA-256", hex.EncodeToString(sum)}}
	}
	return c
}
