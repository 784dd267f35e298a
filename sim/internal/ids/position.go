package ids

import (
	"encoding/hex"
	"fmt"
	"slices"
)

// streams are what a position is read from and set to, by name.
func (s *Source) streams() map[string]*dice {
	return map[string]*dice{"request": s.requests, "refund": s.refunds, "code": s.codes, "version": s.versions, "chance": s.chances}
}

func (g *Grants) streams() map[string]*dice {
	return map[string]*dice{"authorize_code": g.codes, "session_key": g.keys}
}

// Streams lists the names of all streams that have a position.
func Streams() []string {
	var names []string
	for name := range New(0).streams() {
		names = append(names, name)
	}
	for name := range NewGrants(0, "").streams() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Position returns where each stream stands, by name, as 32 digits of hex.
func (s *Source) Position() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return position(s.streams())
}

// Position returns where each stream stands, as that of a Source does.
func (g *Grants) Position() map[string]string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return position(g.streams())
}

// Resume sets the streams that the position names; the others stay where they
// are. Names of streams that are not the source's are passed over. It fails
// for what is no position, see [CheckPosition].
func (s *Source) Resume(position map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return resume(s.streams(), position)
}

// Resume sets the streams that the position names, as that of a Source does.
func (g *Grants) Resume(position map[string]string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return resume(g.streams(), position)
}

// mark is what math/rand writes before the two words of a PCG.
const mark = "pcg:"

func position(streams map[string]*dice) map[string]string {
	out := map[string]string{}
	for name, stream := range streams {
		state, _ := stream.pcg.MarshalBinary() // a PCG can always be written
		out[name] = hex.EncodeToString(state[len(mark):])
	}
	return out
}

func resume(streams map[string]*dice, position map[string]string) error {
	for name, stream := range streams {
		text, given := position[name]
		if !given {
			continue
		}
		if err := CheckPosition(text); err != nil {
			return fmt.Errorf("stream %s: %w", name, err)
		}
		state, _ := hex.DecodeString(text)
		if err := stream.pcg.UnmarshalBinary(append([]byte(mark), state...)); err != nil {
			return fmt.Errorf("stream %s: %w", name, err)
		}
	}
	return nil
}

// CheckPosition tells whether a text is the position of a stream.
func CheckPosition(text string) error {
	if state, err := hex.DecodeString(text); err != nil || len(state) != 16 {
		return fmt.Errorf("position %q: want 32 digits of hex", text)
	}
	return nil
}
