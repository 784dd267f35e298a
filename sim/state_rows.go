package sim

import (
	"cmp"
	"slices"

	"github.com/topsim/topsim/sim/internal/ledger"
	"github.com/topsim/topsim/sim/internal/oauth"
)

// changing is a table of the state file of which only what has changed is
// written. It is for the writer of a batch.
type changing[V comparable] struct {
	table   string
	written map[string]V // nil: nobody knows what the file has
}

func (c *changing[V]) write(tx *ledger.Tx, run ledger.Run, rows map[string]V) error {
	if c.written == nil {
		if err := tx.Clear(run, c.table); err != nil {
			return err
		}
	}
	for key, value := range rows {
		if old, is := c.written[key]; is && old == value {
			continue
		}
		data, err := ledger.Encode(value)
		if err != nil {
			return err
		}
		if err := tx.Put(run, c.table, []byte(key), data); err != nil {
			return err
		}
	}
	for key := range c.written {
		if _, is := rows[key]; !is {
			if err := tx.Drop(run, c.table, []byte(key)); err != nil {
				return err
			}
		}
	}
	c.written = rows
	return nil
}

// numbered is a row whose place among the others counts.
type numbered[V comparable] struct {
	No  int64
	Row V
}

// renumbered gives rows that were not there before the next numbers.
func renumbered[V comparable](before map[string]numbered[V], newest *int64, list []V, key func(V) string) map[string]numbered[V] {
	out := make(map[string]numbered[V], len(list))
	for _, row := range list {
		no := before[key(row)].No
		if no == 0 {
			*newest++
			no = *newest
		}
		out[key(row)] = numbered[V]{no, row}
	}
	return out
}

// keptGrants is what the authorisations of a world have handed out, as the file
// has it.
type keptGrants struct {
	newest int64
	codes  changing[numbered[oauth.Code]]
	tokens changing[numbered[oauth.Token]]
}

func (g *keptGrants) write(tx *ledger.Tx, run ledger.Run, state oauth.State) error {
	codes := renumbered(g.codes.written, &g.newest, state.Codes, func(c oauth.Code) string { return c.Text })
	if err := g.codes.write(tx, run, codes); err != nil {
		return err
	}
	tokens := renumbered(g.tokens.written, &g.newest, state.Tokens, func(t oauth.Token) string { return t.Access })
	if err := g.tokens.write(tx, run, tokens); err != nil {
		return err
	}
	return tx.Drop(run, aboutTable, []byte(grantsKey)) // of an older version
}

// lists reads the tables of which only what has changed is written.
func (r reader) lists(run ledger.Run, k *kept) error {
	codes, err := inOrder[oauth.Code](r, run, codesTable)
	if err != nil {
		return err
	}
	tokens, err := inOrder[oauth.Token](r, run, tokensTable)
	if err != nil {
		return err
	}
	k.grants.Codes, k.grants.Tokens = append(k.grants.Codes, codes...), append(k.grants.Tokens, tokens...)
	if k.stage.Own == nil {
		k.stage.Own = map[string]string{}
	}
	if err := decoded(r, run, ownTable, func(key, text string) { k.stage.Own[key] = text }); err != nil {
		return err
	}
	return decoded(r, run, rulesTable, func(_ string, rule keptRule) { k.stage.Rules = append(k.stage.Rules, rule) })
}

// decoded shows a table's rows in the order of their keys.
func decoded[V any](r reader, run ledger.Run, table string, show func(key string, row V)) error {
	return r.tx.Each(run, table, func(key, value []byte) error {
		var row V
		err := ledger.Decode(value, &row)
		show(string(key), row)
		return err
	})
}

func inOrder[V comparable](r reader, run ledger.Run, table string) ([]V, error) {
	var rows []numbered[V]
	if err := decoded(r, run, table, func(_ string, row numbered[V]) { rows = append(rows, row) }); err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b numbered[V]) int { return cmp.Compare(a.No, b.No) })
	out := make([]V, len(rows))
	for i, row := range rows {
		out[i] = row.Row
	}
	return out, nil
}

// keptRules are the scenarios that only a world knows, and the rules that were
// added by themselves, as the file has them.
type keptRules struct {
	own   changing[string]
	rules changing[keptRule]
}

func (s *keptRules) write(tx *ledger.Tx, run ledger.Run, stage keptStage) error {
	if err := s.own.write(tx, run, stage.Own); err != nil {
		return err
	}
	rules := make(map[string]keptRule, len(stage.Rules))
	for i, rule := range stage.Rules {
		rules[string(number(int64(i)))] = rule
	}
	return s.rules.write(tx, run, rules)
}
