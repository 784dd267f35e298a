package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A server's heap may take room, whatever is in use of it, and at least half as
// much again as is in use; a large one nearly twice. The runtime only knows per
// cents of what is in use: 100 takes a full journal twice, and 50 has a server
// with little in use, or a large world, collect all the time.
const (
	room      = 16 << 20
	mostSpare = 400 // per cent, of 4 MB at the least: as much as room
)

// boundHeap has the garbage collected by these bounds from now on. GOGC and
// GOMEMLIMIT in the environment win.
func (a *app) boundHeap() {
	if a.env["GOGC"] == "" && a.env["GOMEMLIMIT"] == "" {
		debug.SetGCPercent(mostSpare)
		afterCollections(func() { debug.SetGCPercent(spare(inUse())) })
	}
}

// spare returns how much a heap may grow, in per cent of the bytes in use.
func spare(used uint64) int {
	most := max(room, used+used/2, 2*used-min(room, used))
	return int(min(100*most/max(used, 1)-100, mostSpare))
}

// inUse returns the bytes that the last collection has left.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterCollections calls act after each collection, as soon as may be.
func afterCollections(act func()) {
	garbage := new([32]byte) // no tiny object: those wait for their neighbours
	runtime.AddCleanup(garbage, func(act func()) {
		act()
		afterCollections(act)
	}, act)
}
