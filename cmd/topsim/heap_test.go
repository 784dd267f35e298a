package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestSpare(t *testing.T) {
	for _, test := range []struct {
		used uint64 // MB
		want int
	}{{0, mostPercent}, {1, mostPercent}, {3, 400}, {4, 300}, {8, 100}, {10, 60}, {11, 50}, {16, 50}, {20, 120}, {38, 252}, {96, 100}, {960, 10}} {
		if got := spare(test.used << 20); got != test.want {
			t.Errorf("%d MB in use: %d per cent, want %d", test.used, got, test.want)
		}
	}
}

// What the environment says of collections holds.
func TestBoundHeap(t *testing.T) {
	before := debug.SetGCPercent(77)
	defer debug.SetGCPercent(before)
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		(&app{env: map[string]string{name: "300"}}).boundHeap()
		if got := debug.SetGCPercent(77); got != 77 {
			t.Errorf("with %s: %d per cent", name, got)
		}
	}
}

// After each collection comes one call, and another one after the next.
func TestAfterCollections(t *testing.T) {
	told := make(chan uint64)
	over := make(chan struct{})
	defer close(over)
	afterCollections(func() {
		select {
		case told <- inUse():
		case <-over:
		}
	})
	for range 3 {
		collected := false
		for !collected {
			runtime.GC()
			select {
			case used := <-told:
				if used == 0 {
					t.Error("nothing is in use")
				}
				collected = true
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
}
