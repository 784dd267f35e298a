package sim

import (
	"bytes"
	"context"
	"slices"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/strict"
)

// snapshotHead tells whoever opens the file what it is.
const snapshotHead = "# A world of topsim as it was: secrets and session keys are in here.\n"

// Snapshot implements control.Control.
func (c inproc) Snapshot(_ context.Context, name string) ([]byte, error) {
	_, l, err := c.world(name)
	if err != nil {
		return nil, err
	}
	now, err := l.record()
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(snapshotHead), strict.Encode(now)), nil
}

// Restore implements control.Control.
func (c inproc) Restore(_ context.Context, name string, snapshot []byte) error {
	w, _, err := c.world(name)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(snapshot)) == 0 {
		return control.Invalid("snapshot", "is empty; reset the world to empty it of what happened")
	}
	spec, err := c.restored(w, snapshot)
	if err != nil {
		return err
	}
	next := &world{spec: w.spec, config: w.config, routes: spec.routes(), restored: true}
	if err := next.start(spec); err != nil {
		return control.Invalid("snapshot", "%v", refused(err))
	}
	return c.server.replace(w, next)
}

// unrestored puts the world back to what it was made from, which may be known
// by other keys.
func (c inproc) unrestored(w *world) error {
	next, err := newWorld(w.spec, w.config)
	if err != nil {
		return err
	}
	return c.server.replace(w, next)
}
