package sim

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/control"
)

// World is a world of its own in a simulator that several tests share. Its
// methods act on that world and fail the test that it was made for instead of
// returning an error.
type World struct {
	hands
	access control.WorldAccess
	url    string
}

// World makes a world for a test, such as a parallel subtest, and drops it when
// that ends; if it has failed, the world's last calls are logged. Absent members
// of spec are those of the server. The name decides about the credentials: with
// the same name and seed they are the same in each run.
func (r *Running) World(t TB, spec control.WorldSpec) *World {
	t.Helper()
	access, err := r.control.CreateWorld(context.Background(), spec)
	if err != nil {
		t.Fatalf("topsim: world %s: %v", spec.Name, err)
	}
	w := &World{
		hands:  hands{t: t, control: r.control, world: access.Name},
		access: access, url: strings.TrimSuffix(access.GatewayURL, "/router/rest"),
	}
	t.Cleanup(w.end)
	return w
}

func (w *World) end() {
	w.tell()
	var no *control.Error
	if err := w.control.DropWorld(context.Background(), w.world); err != nil && !(errors.As(err, &no) && no.Code == control.CodeNotFound) {
		w.t.Logf("topsim: drop world %s: %v", w.world, err)
	}
}

// Name returns the name that control.Control knows the world by.
func (w *World) Name() string { return w.world }

// URL returns the world's address, such as http://127.0.0.1:8620/w/name. An SDK
// whose URL can't carry a path takes the server's: the app_key leads here.
func (w *World) URL() string { return w.url }

// AppKey returns the app_key that the world has of its own for the first app of
// its fixtures, Secret what that app signs with.
func (w *World) AppKey() string { return w.access.AppKey }

// Secret returns the app_secret of AppKey.
func (w *World) Secret() string { return w.access.AppSecret }

// Session returns the world's own key of a session that the fixtures call by
// name, such as c-sub. It ends the test if there is none.
func (w *World) Session(name string) string {
	w.t.Helper()
	key, known := w.access.Sessions[name]
	if !known {
		w.t.Fatalf("topsim: world %s has no session %s; it has %s", w.world, name, strings.Join(slices.Sorted(maps.Keys(w.access.Sessions)), ", "))
	}
	return key
}

// Access returns all credentials of the world, those of its other apps and of
// its partner included.
func (w *World) Access() control.WorldAccess { return w.access }
