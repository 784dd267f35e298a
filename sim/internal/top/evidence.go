package top

import (
	"fmt"
	"strings"
)

// Evidence says what a belief about the platform rests on, the strongest first.
type Evidence string

// The kinds of evidence.
const (
	Seen      Evidence = "captured"     // a real answer was published
	Page      Evidence = "documented"   // an official or a vendor's page says so
	Code      Evidence = "seen in code" // SDKs or clients in use depend on it
	Inference Evidence = "inferred"     // our reading; it has an assumption
)

// Behaviour is one thing that a method does, with what it rests on.
type Behaviour struct {
	What     string
	Evidence Evidence
	Source   string // document, golden or assumption; an inference needs an assumption
}

// check reports a belief that nothing stands behind.
func (e Evidence) check(source string) error {
	switch {
	case e != Seen && e != Page && e != Code && e != Inference:
		return fmt.Errorf("has no evidence, got %q", e)
	case source == "":
		return fmt.Errorf("has no source")
	case e == Inference && !strings.Contains(source, "A-"):
		return fmt.Errorf("is inferred and names no assumption")
	}
	return nil
}
