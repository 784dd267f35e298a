package sim

import (
	"cmp"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// Method describes a simulated TOP method, for lists and documents.
type Method struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Source  string   `json:"source"`
	Package string   `json:"package"` // permission package of the app
	Session bool     `json:"session"` // needs a session
	W2      bool     `json:"w2"`      // an advanced write
	Params  []Member `json:"params"`
	Reply   []Member `json:"reply"`
	Errors  []string `json:"errors"` // keys of its own rows in the table of errors

	Behaviours []Behaviour `json:"behaviours"` // what it does beyond that
}

// Behaviour is one thing that a method does, with what it rests on.
type Behaviour struct {
	What     string `json:"what"`
	Evidence string `json:"evidence"` // captured, documented, seen in code, inferred
	Source   string `json:"source"`   // document, captured body or assumption
}

// Member is a parameter, or a member of a reply.
type Member struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"` // String, Number, Boolean, Date, List, Object; NAME[] for a list of objects
	Required bool     `json:"required,omitempty"`
	Doc      string   `json:"doc,omitempty"`
	Members  []Member `json:"members,omitempty"`
}

// ErrorRow is one row of the table of errors.
type ErrorRow struct {
	Key      string `json:"key"`
	Code     int    `json:"code"` // 0: a business error, 50 or 15 by dialect
	Msg      string `json:"msg"`
	SubCode  string `json:"sub_code,omitempty"`
	SubMsg   string `json:"sub_msg,omitempty"`
	Captured string `json:"sub_msg_captured,omitempty"` // in dialect captured, where it differs
	When     string `json:"when"`
	Evidence string `json:"evidence"` // as of a Behaviour
	Source   string `json:"source"`
	Injected bool   `json:"injected,omitempty"` // only a scenario answers with it
}

// Methods lists the simulated TOP methods by name.
func Methods() ([]Method, error) {
	registry, err := method.Registry(&refund.Books{}, nil)
	if err != nil {
		return nil, err
	}
	var list []Method
	for _, m := range registry.Methods() {
		list = append(list, Method{
			Name: m.Name, Title: m.Title, Source: m.Source, Package: m.Package, Session: m.Session, W2: m.W2,
			Params: params(m.Params), Reply: fields(m.Reply), Errors: append([]string{}, m.Errors...),
			Behaviours: behaviours(m.Behaviours),
		})
	}
	return list, nil
}

// Wire lists what the gateway does for every method.
func Wire() []Behaviour { return behaviours(top.Wire) }

func behaviours(in []top.Behaviour) []Behaviour {
	out := make([]Behaviour, len(in))
	for i, b := range in {
		out[i] = Behaviour{What: b.What, Evidence: string(b.Evidence), Source: b.Source}
	}
	return out
}

func params(in []top.Param) []Member {
	out := []Member{}
	for _, p := range in {
		out = append(out, Member{Name: p.Name, Type: p.Type, Required: p.Required, Doc: p.Doc, Members: params(p.Params)})
	}
	return out
}

func fields(in []wire.Field) []Member {
	out := []Member{}
	for _, f := range in {
		out = append(out, Member{Name: f.Name, Type: f.Type, Doc: f.Doc, Members: fields(f.Fields)})
	}
	return out
}

// Errors lists the table of errors: the gateway's rows by code, then the
// business rows by sub_code.
func Errors() ([]ErrorRow, error) {
	registry, err := method.Registry(&refund.Books{}, nil)
	if err != nil {
		return nil, err
	}
	var list []ErrorRow
	for _, r := range registry.Table {
		list = append(list, ErrorRow{
			Key: r.Key, Code: r.Code, Msg: r.Msg, SubCode: r.SubCode, SubMsg: r.SubMsg, Captured: r.Captured, When: when(r),
			Evidence: string(r.Evidence), Source: r.Source, Injected: r.Injected,
		})
	}
	slices.SortFunc(list, func(a, b ErrorRow) int {
		return cmp.Or(cmp.Compare(codeRank(a.Code), codeRank(b.Code)), strings.Compare(a.SubCode, b.SubCode), strings.Compare(a.Key, b.Key))
	})
	return list, nil
}

// when says what provokes a row, and if nothing but a scenario can.
func when(r top.Row) string {
	if r.Injected {
		return "only by scenario: " + r.When
	}
	return r.When
}

// codeRank puts business errors behind the gateway's.
func codeRank(code int) int {
	if code == 0 {
		return 1 << 20
	}
	return code
}

// SkippableChecks lists what WithSkipChecks takes.
func SkippableChecks() []string { return top.SkippableChecks() }
