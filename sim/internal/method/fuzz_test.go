package method_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/method"
)

// infos is the grammar of refund-domain.md §3.1 in other words than the
// parser's: numbers without sign and leading zero, at most 18 digits here.
var infos = regexp.MustCompile(`^(?:(?:0|[1-9][0-9]{0,17})\|){2}(?:0|[1-9][0-9]{0,17})(?:\|(?:onsale|aftersale))?(?:,(?:(?:0|[1-9][0-9]{0,17})\|){2}(?:0|[1-9][0-9]{0,17})(?:\|(?:onsale|aftersale))?)*$`)

// longNumber finds numbers at the end of the type, which the grammar leaves open.
var longNumber = regexp.MustCompile(`[0-9]{19}`)

// FuzzRefundInfos holds the parser against the grammar: it takes a text if and
// only if the grammar does, and then writes the same text again.
func FuzzRefundInfos(f *testing.F) {
	for _, text := range []string{
		"43234234|20000|1409294148714,3123123|12000|1409294148715", "88824002297127635|4900|1631266660665|onsale", "1|2|3,", "1|2|3，4|5|6", "-0|2|3",
		"01|2|3", " 1|2|3", "1|2", "1|2|3|onsale|x", "9223372036854775807|9223372036854775808|1", "1|2|3|", "+1|2|3", "1|2|3\x00", "", "|||", strings.Repeat("1|1|1,", 600),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := method.ParseRefundInfos(text)
		if longNumber.MatchString(text) || strings.Count(text, ",") >= 500 {
			return
		}
		if fits := infos.MatchString(text); fits != (err == nil) {
			t.Fatalf("the grammar says %t of %q, the parser %v", fits, text, err)
		}
		if err != nil {
			return
		}
		again := make([]string, len(rows))
		for i, row := range rows {
			again[i] = strings.TrimSuffix(strings.Join([]string{row.ID.String(), strconv.FormatInt(int64(row.Amount), 10), strconv.FormatInt(row.Version, 10), string(row.Phase)}, "|"), "|")
		}
		if got := strings.Join(again, ","); got != text {
			t.Errorf("%q was read as %q", text, got)
		}
	})
}
