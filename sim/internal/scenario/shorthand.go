package scenario

import (
	"errors"

	"github.com/topsim/topsim/sim/internal/strict"
)

// Shorts implements strict.Shorthand.
func (*ErrorAnswer) Shorts() []strict.ValueKind { return []strict.ValueKind{strict.Text} }

// Short implements strict.Shorthand: the key.
func (a *ErrorAnswer) Short(v strict.Value) error {
	a.Key = v.Text
	return nil
}

// Shorts implements strict.Shorthand.
func (*Fault) Shorts() []strict.ValueKind { return []strict.ValueKind{strict.Text} }

// Short implements strict.Shorthand: the kind.
func (f *Fault) Short(v strict.Value) error {
	f.Kind = v.Text
	return nil
}

// Shorts implements strict.Shorthand.
func (*Event) Shorts() []strict.ValueKind { return []strict.ValueKind{strict.Text} }

// Short implements strict.Shorthand: the event.
func (e *Event) Short(v strict.Value) error {
	e.Event = v.Text
	return nil
}

// forceWords are what a force can be in short.
var forceWords = []string{"challenge", "no_challenge"}

// Shorts implements strict.Shorthand.
func (*Force) Shorts() []strict.ValueKind { return []strict.ValueKind{strict.Text} }

// Short implements strict.Shorthand: challenge or no_challenge.
func (f *Force) Short(v strict.Value) error {
	challenge := v.Text == forceWords[0]
	if !challenge && v.Text != forceWords[1] {
		return errors.New(strict.Unknown("force", v.Text, forceWords))
	}
	f.Challenge = &challenge
	return nil
}
