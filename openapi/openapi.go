// Package openapi holds the machine-readable descriptions of what users write:
// JSON Schemas, generated from the types that read their files.
package openapi

import _ "embed"

//go:generate go test ../sim -run ^TestSchemas$ -count=1 -update

// ScenarioSchema describes a scenario file.
//
//go:embed scenario.schema.json
var ScenarioSchema []byte

// FixtureSchema describes a fixture file.
//
//go:embed fixture.schema.json
var FixtureSchema []byte
