// Package openapi holds the machine-readable descriptions: JSON Schemas of what
// users write, generated from the types that read their files, and OpenAPI
// documents of both planes, generated from the methods and from the route table.
package openapi

import _ "embed"

//go:generate go test ../sim -run ^(TestSchemas|TestDescriptions)$ -count=1 -update

// ScenarioSchema describes a scenario file.
//
//go:embed scenario.schema.json
var ScenarioSchema []byte

// FixtureSchema describes a fixture file.
//
//go:embed fixture.schema.json
var FixtureSchema []byte

// Top describes the data plane, Admin the control plane, as YAML.
var (
	//go:embed top.yaml
	Top []byte
	//go:embed admin.yaml
	Admin []byte
)

// TopJSON and AdminJSON say the same without blanks, for those who can't read
// YAML, as browsers can't.
var (
	//go:embed top.json
	TopJSON []byte
	//go:embed admin.json
	AdminJSON []byte
)
