package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A server's heap may take room, whatever is in use of it, and at least half as
// much again as is in use; with more in use than a full journal, four times the
// rest besides, up to maxSpare. The runtime only knows per cents of what is in
// use: 100 takes a full journal twice and a million refunds too, and 50 has a
// server with little in use, or with a world that changes, collect all the time.
const (
	room        = 16 << 20
	maxSpare    = 96 << 20
	mostPercent = 400 // of 4 MB at the least: as much as room
)

// boundHeap has the garbage collected by these bounds from now on. GOGC and
// GOMEMLIMIT in the environment win.
func (a *app) boundHeap() {
	if a.env["GOGC"] == "" && a.env["GOMEMLIMIT"] == "" {
		debug.SetGCPercent(mostPercent)
		afterCollections(func() { debug.SetGCPercent(spare(inUse())) })
	}
}

// spare returns how much a heap may grow, in per cent of the bytes in use.
func spare(used uint64) int {
	spare := used / 2
	if used > room {
		spare = min(room/2+4*(used-room), maxSpare)
	}
	most := max(room, used+spare)
	return int(min(100*most/max(used, 1)-100, mostPercent))
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
