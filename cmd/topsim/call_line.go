package main

import (
	"strings"

	"github.com/topsim/topsim/sim/control"
)

// The colours of a terminal, by the outcome of a call.
const (
	plain  = "\x1b[0m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
)

var outcomeColours = map[string]string{"ok": green, "challenge": yellow, "partial": yellow, "failed": red, "error": red}

// callLine is a call on one line: time, method, account, outcome, error,
// refunds, marks in brackets, request_id. The first four are padded, for the
// eye; what is empty of the rest is left out.
func callLine(e control.Entry, colour bool) string {
	outcome := padded(e.Outcome, len("challenge"))
	if c := outcomeColours[e.Outcome]; colour && c != "" {
		outcome = c + outcome + plain
	}
	parts := []string{stamp(e.At), padded(e.Method, len("taobao.rp.refunds.agree")), padded(e.Account, len("kingdo:cs01")), outcome}
	bracketed := ""
	if m := marks(e); m != "" {
		bracketed = "[" + m + "]"
	}
	for _, part := range []string{wording(e), few(e.RefundIDs), bracketed, e.RequestID} {
		if part != "" {
			parts = append(parts, printable(part))
		}
	}
	return strings.Join(parts, "  ")
}

// padded fills a text up to a width in columns.
func padded(text string, columns int) string {
	text = printable(text)
	return text + strings.Repeat(" ", max(0, columns-width(text)))
}

// marks says in short what is behind a call: whether it has changed the world,
// what spoiled its answer and who decided. A call that was let be and has
// changed nothing has none.
func marks(e control.Entry) string {
	var list []string
	spoiled := e.Fault != "" || e.Delivered != "" && e.Delivered != "whole"
	switch {
	case e.Committed:
		list = append(list, "committed")
	case spoiled || e.Rule != "":
		list = append(list, "not committed")
	}
	if spoiled {
		list = append(list, strings.TrimSpace(e.Fault+" delivered "+e.Delivered))
	}
	if e.Rule != "" {
		list = append(list, e.Rule)
	}
	return strings.Join(list, ", ")
}
