package sim

import (
	"errors"
	"net/http"

	"github.com/topsim/topsim/sim/internal/ledger"
)

// Gateway returns the data plane's handler without a connection before it.
func (s *Server) Gateway() http.Handler { return s.gateway.Load().server.Handler }

// Pending has op carried out before anything more that a server tells is safe.
func (s *Server) Pending(op func() error) {
	k := s.worlds[DefaultWorld].live().keeper
	k.await(k.ledger.Put(func(*ledger.Tx) error { return op() }))
}

// AsVersion1 makes a closed state file one of version 1, but for the number.
func AsVersion1(file string) error {
	l, err := ledger.Open(file)
	if err != nil {
		return err
	}
	worlds, err := readWorlds(l)
	for _, k := range worlds {
		l.Put(func(tx *ledger.Tx) error {
			old := &keeper{run: k.run}
			return errors.Join(
				tx.Clear(k.run, codesTable), tx.Clear(k.run, tokensTable), tx.Clear(k.run, ownTable), tx.Clear(k.run, rulesTable),
				old.about(tx, grantsKey, k.grants), old.about(tx, stageKey, k.stage),
			)
		})
	}
	return errors.Join(err, l.Close())
}

// Changing is a table of texts.
type Changing struct{ changing[string] }

// Write has the rows written that have changed since.
func (c *Changing) Write(tx *ledger.Tx, run ledger.Run, table string, rows map[string]string) error {
	c.table = table
	return c.write(tx, run, rows)
}
