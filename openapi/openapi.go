// Package openapi holds the machine-readable descriptions: JSON Schemas of what
// users write, generated from the types that read their files, and OpenAPI
// documents of both planes, generated from the methods and from the route table.
// The binary has them packed, a fifth of their size; who asks for one first
// unpacks it.
package openapi

import (
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"sync"
)

//go:generate go test ../sim -run ^(TestSchemas|TestDescriptions)$ -count=1 -update

// files has a file NAME.gz for each description.
//
//go:embed packed/*.gz
var files embed.FS

// ScenarioSchema describes a scenario file, FixtureSchema a fixture file.
var (
	ScenarioSchema = unpacked("scenario.schema.json")
	FixtureSchema  = unpacked("fixture.schema.json")
)

// Top describes the data plane, Admin the control plane, as YAML.
var (
	Top   = unpacked("top.yaml")
	Admin = unpacked("admin.yaml")
)

// TopJSON and AdminJSON say the same without blanks, for those who can't read
// YAML, as browsers can't. They have no readable file in this folder.
var (
	TopJSON   = unpacked("top.json")
	AdminJSON = unpacked("admin.json")
)

// unpacked returns a file of the binary, which is unpacked once.
func unpacked(name string) func() []byte {
	return sync.OnceValue(func() []byte {
		text, err := unpack("packed/" + name + ".gz")
		if err != nil {
			panic(fmt.Sprintf("openapi: unpack %s: %v", name, err)) // the build is broken
		}
		return text
	})
}

func unpack(path string) ([]byte, error) {
	file, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(text)
}
