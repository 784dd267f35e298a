package main

import (
	"context"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const snapshotHelp = `A snapshot is the whole world as a fixture file: refunds, orders, sessions, clock, SMS, what is pending. The same state gives the same
bytes. It has the secrets and session keys of the world in it; the journal is not part of it.`

// snapshotLacks is what a snapshot has not.
const snapshotLacks = "the journal, the counts of rules, rules that were added by themselves, the definitions of scenarios " +
	"that came over the API (only their names are)"

// long is the patience for a whole world.
const long = time.Minute

func (a *app) snapshot() *cobra.Command {
	r := &remote{}
	c := group("snapshot", "Save a world to a file and load it again", a.snapshotSave(r), a.snapshotLoad(r))
	c.Long = snapshotHelp
	return a.steer(c, r)
}

func (a *app) snapshotSave(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:     "save [FILE]",
		Short:   "Save a world to a file, or print it",
		Long:    snapshotHelp + "\n\nWithout FILE, or with -, it goes to standard output. A file is for its owner's eyes only.",
		Example: "  " + a.self() + " snapshot save before.yaml",
		Args:    takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := append(args, "-")[0]
			if file == "-" && r.json {
				return usagef("--json: a snapshot is YAML; save it to a FILE")
			}
			return r.do(cmd.Context(), long, func(ctx context.Context, ctl control.Control) error {
				data, err := ctl.Snapshot(ctx, r.world)
				if err != nil {
					return err
				}
				if file == "-" {
					_, err = a.out.Write(data)
				} else {
					err = writeSecret(file, data)
				}
				if err != nil {
					return failed(err)
				}
				a.notef("topsim: not in it: %s", snapshotLacks)
				if file == "-" {
					return nil
				}
				return r.done("world %s is saved to %s", r.world, file)
			})
		},
	}
}

// writeSecret writes a file that only its owner may read, also where one was
// that others could.
func writeSecret(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(path, data, 0o600)
}

func (a *app) snapshotLoad(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:     "load FILE|-",
		Short:   "Put a snapshot, or any fixture file, in place of a world",
		Example: "  " + a.self() + " snapshot load before.yaml",
		Args:    takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := a.read(args[0])
			if err != nil {
				return usage(err)
			}
			return inFile(r.do(cmd.Context(), long, func(ctx context.Context, ctl control.Control) error {
				if err := ctl.Restore(ctx, r.world, data); err != nil {
					return err
				}
				a.notef("topsim: its journal is empty now")
				return r.done("world %s is as %s has it", r.world, fileName(args[0]))
			}), args[0])
		},
	}
}
