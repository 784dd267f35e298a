package clock_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
)

// A clock started from another one's setting goes on as that one.
func TestSetting(t *testing.T) {
	for _, text := range []string{"real", "+72h", "-1h", "frozen@2026-01-01T00:00:00+08:00", "frozen"} {
		t.Run(text, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				setting, err := clock.Parse(text)
				must(t, err)
				first := clock.New(setting, zone)
				pass(90 * time.Minute)
				must(t, first.Advance(24*time.Hour+time.Microsecond))
				second := clock.New(first.Setting(), zone)
				must(t, first.Setting().Check())
				mustRead(t, second, first.Mode(), first.Now())
				pass(time.Hour)
				mustRead(t, second, first.Mode(), first.Now())
				if first.Setting() != second.Setting() {
					t.Errorf("got %+v, want %+v", second.Setting(), first.Setting())
				}
			})
		})
	}
}

func TestErrSettingCheck(t *testing.T) {
	for name, setting := range map[string]clock.Setting{
		"mode": {Mode: "warp"}, "no mode": {}, "year 1": {Mode: clock.Frozen, At: time.Unix(-1e11, 0)},
		"far": {Mode: clock.Offset, Offset: 1<<63 - 1}, "year 2500": {Mode: clock.Frozen, At: time.Unix(2e10, 0)},
	} {
		if setting.Check() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
