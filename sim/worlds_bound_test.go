package sim

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/topsim/topsim/sim/control"
)

// TestErrTooManyWorlds: with a name or without, the next one is refused.
func TestErrTooManyWorlds(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxWorlds - 1 {
		s.worlds[fmt.Sprintf("w%d", i)] = s.worlds[DefaultWorld]
	}
	for _, name := range []string{"", "one-more"} {
		_, err := s.Control().CreateWorld(context.Background(), control.WorldSpec{Name: name})
		var no *control.Error
		if !errors.As(err, &no) || no.Code != control.CodeConflict {
			t.Errorf("%q: got %v, want a conflict", name, err)
		}
	}
}
