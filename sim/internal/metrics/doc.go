// Package metrics counts what the simulator does, for Prometheus. It has a
// registry of its own, so that a program that embeds the simulator keeps its
// own series apart.
//
// The room knows neither worlds nor doors: whoever counts hands it names.
package metrics
