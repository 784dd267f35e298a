// Package play plays the steps that a scenario says show it, against a world of
// a running server: it calls as a client does, acts and moves the clock over
// the control plane, and holds what comes back against what the scenario says.
//
// It imports sim/control and the clients, nothing of the simulator's inside:
// what it sees is what any caller sees.
package play
