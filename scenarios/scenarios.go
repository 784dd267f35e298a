// Package scenarios holds the scenario files that are part of the binary.
package scenarios

import "embed"

// FS has a file NAME.yaml for each embedded scenario.
//
//go:embed *.yaml
var FS embed.FS
