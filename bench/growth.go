package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/topsim/topsim/sim"
)

// size is how large the worlds of the figures of growth are, and how long the
// runs.
type size struct {
	refunds int // of the large world
	calls   int // of the run that memory must not grow in
}

var (
	handy = size{100_000, 100_000}
	large = size{1_000_000, 1_000_000}
)

// ownFigure is a figure of the binary by itself: no bare handler has it.
type ownFigure struct {
	name    string
	measure func(b built, n size) error
}

var ownFigures = []ownFigure{
	{"start", starts},
	{"memory", memory},
	{"growth", growth},
	{"load", loading},
}

// grow measures them on the binary that a user has.
func grow(s settings) error {
	n := handy
	if s.large {
		n = large
	}
	b, err := build()
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(b.folder) }()
	for _, f := range ownFigures {
		if s.only != "" && s.only != f.name {
			continue
		}
		if err := f.measure(b, n); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

// isOwn tells such a figure by its name.
func isOwn(name string) bool {
	return slices.ContainsFunc(ownFigures, func(f ownFigure) bool { return f.name == name })
}

// line prints a figure with what is wanted of it.
func line(what, figure, wanted string) { fmt.Printf("%-62s %26s   wanted %s\n", what, figure, wanted) }

// starts measures how soon a start is answered.
func starts(b built, _ size) error {
	const times = 21 // the first one reads the binary from the disk
	var took []time.Duration
	for i := range times {
		s, t, err := b.serve(500 * time.Microsecond)
		if err != nil {
			return err
		}
		s.stop()
		if i > 0 {
			took = append(took, t)
		}
	}
	slices.Sort(took)
	line(fmt.Sprintf("start to the first answer, median of %d", len(took)), took[len(took)/2].Round(100*time.Microsecond).String(), "<= 20ms")
	line("the slowest of them", took[len(took)-1].Round(100*time.Microsecond).String(), "-")
	return nil
}

// memory measures the binary at rest, and while it answers many calls.
func memory(b built, n size) error {
	file, err := world(b.folder, freshRefunds)
	if err != nil {
		return err
	}
	idle, _, err := b.serve(time.Millisecond)
	if err != nil {
		return err
	}
	time.Sleep(time.Second)
	line("resident a second after the start", megabytes(idle.rss())+", "+megabytes(idle.status("RssAnon"))+" of it anonymous", "<= 25 MB")
	idle.stop()
	s, _, err := b.serve(time.Millisecond, "--fixtures", "demo,"+file)
	if err != nil {
		return err
	}
	defer s.stop()
	highest, last, err := mixed(context.Background(), s, int64(n.calls))
	if err != nil {
		return err
	}
	line(fmt.Sprintf("resident after %d mixed calls", n.calls), megabytes(last), "<= 48 MB")
	line("the highest of them", megabytes(highest), "flat")
	return nil
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

// growth measures what an agree costs in a small and in a large world.
func growth(b built, n size) error {
	const small = 1_000
	var worlds [2]*server
	for i, refunds := range [2]int{small, n.refunds} {
		file, err := rich(b.folder, refunds)
		if err != nil {
			return err
		}
		s, _, err := b.serve(10*time.Millisecond, "--fixtures", "demo,"+file)
		if err != nil {
			return err
		}
		defer s.stop()
		worlds[i] = s
	}
	line(fmt.Sprintf("resident with %d refunds, for each", n.refunds), fmt.Sprintf("%.2f kB", float64(worlds[1].rss())/1e3/float64(n.refunds)), "<= 2.0 kB")
	agree := figures[0]
	var cpu [2]time.Duration
	const turns, warm = 40, 5
	for turn := range warm + turns {
		for i, s := range worlds {
			from := int64(turn * small)
			if i == 0 { // its refunds are used up
				if err := s.control.ResetWorld(context.Background(), sim.DefaultWorld); err != nil {
					return err
				}
				from = 0
			}
			before := s.cpu()
			if err := many(s, from, small, 4, agree.make(s.gateway), agree.good); err != nil {
				return err
			}
			if turn >= warm {
				cpu[i] += s.cpu() - before
			}
		}
	}
	line(fmt.Sprintf("CPU of an agree of %d refunds, of %d", small, n.refunds), fmt.Sprintf("%s, %s", cpu[0]/turns/small, cpu[1]/turns/small), "-")
	line("the ratio", fmt.Sprintf("%.2f", float64(cpu[1])/float64(cpu[0])), "<= 2.0")
	return counting(worlds, n)
}

// counting measures the list of worlds, which says how many refunds each has.
func counting(worlds [2]*server, n size) error {
	var medians [2]string
	for i, s := range worlds {
		var took []time.Duration
		for range 101 {
			begin := time.Now()
			list, err := s.control.Worlds(context.Background())
			if err != nil {
				return err
			}
			if i == 1 && list[0].Refunds < n.refunds {
				return fmt.Errorf("%d refunds are counted", list[0].Refunds)
			}
			took = append(took, time.Since(begin))
		}
		slices.Sort(took)
		medians[i] = took[len(took)/2].Round(time.Microsecond).String()
	}
	line("GET /admin/worlds, which counts them, small and large", strings.Join(medians[:], ", "), "the same")
	return nil
}

// loading measures how long a large file takes.
func loading(b built, n size) error {
	file, err := rich(b.folder, n.refunds)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	s, took, err := b.serve(5*time.Millisecond, "--fixtures", "demo,"+file)
	if err != nil {
		return err
	}
	defer s.stop()
	line(fmt.Sprintf("start to the first answer with %d refunds, %s of lines", n.refunds, megabytes(info.Size())), took.Round(10*time.Millisecond).String(), "<= 10s for a million")
	line("CPU of that", s.cpu().Round(10*time.Millisecond).String(), "-")
	line("resident then, and at most", megabytes(s.rss())+", "+megabytes(s.status("VmHWM")), "-")
	return nil
}
