package main

import (
	"bytes"
	"testing"
)

func TestTableFitsItsColumns(t *testing.T) {
	const whole = "" +
		"N  WHAT                   WHY               REQUEST_ID\n" +
		"1  晴天旗舰店晴天旗舰店x  because it is so  abcdefghijklm\n"
	tests := map[string]struct {
		columns  int
		headings []string
		want     string
	}{
		"no terminal":       {0, []string{"WHAT", "WHY"}, ""},
		"room enough":       {80, []string{"WHAT", "WHY"}, ""},
		"nothing gives way": {20, nil, ""},
		"the widest is cut": {52, []string{"WHAT", "WHY"}, "" +
			"N  WHAT              WHY               REQUEST_ID\n" +
			"1  晴天旗舰店晴天…   because it is so  abcdefghijklm\n"},
		"down to the narrowest": {20, []string{"WHAT", "WHY"}, "" +
			"N  WHAT      WHY       REQUEST_ID\n" +
			"1  晴天旗…   because…  abcdefghijklm\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			table := newTable("N", "WHAT", "WHY", "REQUEST_ID")
			table.add("1", "晴天旗舰店晴天旗舰店x", "because it is so", "abcdefghijklm")
			table.fit(test.columns, test.headings...)
			var out bytes.Buffer
			table.print(&out)
			want := test.want
			if want == "" {
				want = whole
			}
			if out.String() != want {
				t.Errorf("got\n%swant\n%s", out.String(), want)
			}
		})
	}
}
