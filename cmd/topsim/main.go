// Command topsim is the simulator's command line: flags and printing only.
// What a subcommand does, a test can do through packages sim and sim/control;
// internal rooms are out of reach by design.
package main

import "os"

//go:generate ../../.ci/generate-docs
//go:generate go test . -run ^TestReference$ -count=1 -update

func main() {
	os.Exit(run(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}
