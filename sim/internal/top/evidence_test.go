package top_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

func TestErrBeliefWithoutEvidence(t *testing.T) {
	for _, row := range []struct {
		name string
		b    top.Behaviour
		want string
	}{
		{"Err no evidence", top.Behaviour{What: "x", Source: "G1"}, "has no evidence"},
		{"Err an unknown kind", top.Behaviour{What: "x", Evidence: "hearsay", Source: "G1"}, "has no evidence"},
		{"Err no source", top.Behaviour{What: "x", Evidence: top.Page}, "has no source"},
		{"Err an inference without assumption", top.Behaviour{What: "x", Evidence: top.Inference, Source: "a feeling"}, "names no assumption"},
	} {
		t.Run(row.name, func(t *testing.T) {
			table, err := top.NewTable(top.SystemRows)
			if err != nil {
				t.Fatal(err)
			}
			m := top.Method{Spec: top.Spec{Name: "taobao.t", Behaviours: []top.Behaviour{row.b}}}
			if _, err := top.NewRegistry(table, m); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}
