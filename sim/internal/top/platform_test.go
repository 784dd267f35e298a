package top_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// The business errors of the platform are named by their sub_code, have the
// code of the dialect, and are all injected; so are the others.
func TestPlatformRows(t *testing.T) {
	table, err := top.NewTable(top.SystemRows, top.PlatformRows)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := top.NewRegistry(table); err != nil {
		t.Error(err)
	}
	for _, row := range top.PlatformRows {
		if !row.Injected || row.When == "" {
			t.Errorf("row %s: %+v", row.Key, row)
		}
		if business := row.Code == 0; business && row.Key != row.SubCode || !business && row.SubCode != "" {
			t.Errorf("row %s has the code %d and the sub_code %q", row.Key, row.Code, row.SubCode)
		}
	}
	for _, row := range top.SystemRows {
		if row.Injected {
			t.Errorf("the gateway answers with row %s by itself", row.Key)
		}
	}
	want := top.Error{
		Key: "isp.top-remote-connection-timeout", Code: 15, Msg: "Remote service error",
		SubCode: "isp.top-remote-connection-timeout", SubMsg: "远程服务调用超时",
	}
	if got := table.Word(top.Refuse(want.Key), top.Captured); got != want {
		t.Errorf("got %+v", got)
	}
}

func TestRowArgs(t *testing.T) {
	for want, row := range map[int]top.Row{
		0: {Msg: "Missing method", SubMsg: "100%"},
		1: {Msg: "Missing required arguments:%s"},
		3: {Msg: "%s", SubCode: "isv.%s", SubMsg: "%s", Captured: "%s %s"},
	} {
		if got := row.Args(); got != want {
			t.Errorf("%+v: got %d, want %d", row, got, want)
		}
	}
}
