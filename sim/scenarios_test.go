package sim_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/scenarios"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/internal/scenario"
	yaml "github.com/topsim/topsim/sim/internal/strict"
)

// promised are the scenarios of the table in refund-domain.md §8, in its order.
var promised = []string{
	"agree.ok.single", "agree.ok.tmall",
	"agree.sms.challenge", "agree.sms.challenge.tmall_legacy", "agree.sms.error_style", "agree.sms.code_wrong",
	"agree.sms.code_reused", "agree.sms.code_expired", "agree.sms.batch_changed",
	"agree.ignore_code.ok", "agree.ignore_code.not_exempt", "agree.quota_exceeded",
	"agree.not_sub_user", "agree.subuser_no_permission", "agree.subauth_expired", "session.expired", "app.no_package", "app.ip_not_whitelisted",
	"agree.format.bad", "agree.tmall_missing_phase", "agree.too_many", "agree.amount_over_limit",
	"agree.partial", "agree.all_failed", "agree.stale_version", "agree.version_rounded", "agree.amount_off_by_one", "agree.already_success",
	"agree.closed_by_buyer", "agree.return_not_arrived", "agree.tmall_not_reviewed", "agree.no_results", "agree.rows_without_id",
	"agree.unknown_done", "agree.unknown_not_done", "isp.transient_then_ok", "throttle",
	"review.already_finished", "review.bad_status", "refuse.cannot_refuse", "negotiate.expired_render",
	"pc.duplicate_out_biz_id", "pc.partial_unshipped", "idle.wrong_order",
	"timer.seller_timeout_pays", "timer.buyer_timeout_closes", "race.seller_ships_closes",
	"get.special_refund", "get.not_owner", "get.missing",
	"gw.bad_sign", "gw.old_timestamp", "gw.unknown_sysid", "gw.shop_not_authorised", "gw.main_account_token", "gw.sms_then_ok",
	"msg.duplicate", "msg.late", "msg.lost", "msg.reordered", "data.big_ids", "data.masked_nick", "data.null_fields",
}

// stateless are the scenarios about refunds that do not exist.
var stateless = []string{"get.missing", "pc.partial_unshipped"}

// embedded reads the embedded scenario files, by name. Whether they are right
// is not looked at.
func embedded(t *testing.T) map[string]*scenario.Scenario {
	t.Helper()
	paths, err := fs.Glob(scenarios.FS, "*.yaml")
	must(t, err)
	found := map[string]*scenario.Scenario{}
	for _, path := range paths {
		text, err := fs.ReadFile(scenarios.FS, path)
		must(t, err)
		s := &scenario.Scenario{}
		_, err = yaml.Decode(path, text, s)
		must(t, err)
		found[strings.TrimSuffix(path, ".yaml")] = s
	}
	return found
}

// Every scenario of the table has a file.
func TestScenarioNames(t *testing.T) {
	found := embedded(t)
	for _, name := range promised {
		if found[name] == nil {
			t.Errorf("there is no scenarios/%s.yaml", name)
		}
	}
	must(t, sim.CheckScenarios(sim.EmbeddedScenarios()...))
}

// Every file says what it is called, what happens, on what evidence and how to
// see it: on the wire, and afterwards.
func TestScenarioFiles(t *testing.T) {
	const schema = "# yaml-language-server: $schema=../openapi/scenario.schema.json\n"
	for file, s := range embedded(t) {
		text, err := fs.ReadFile(scenarios.FS, file+".yaml")
		must(t, err)
		if !strings.HasPrefix(string(text), schema) {
			t.Errorf("%s does not begin with its schema", file)
		}
		if s.Name != file {
			t.Errorf("%s is named %q", file, s.Name)
		}
		if s.Title == "" || s.Source == "" || !strings.HasPrefix(s.Source, "[") {
			t.Errorf("%s has title %q and source %q", file, s.Title, s.Source)
		}
		if len(s.Rules) == 0 && !strings.HasPrefix(s.Note, "Nothing is bent.") {
			t.Errorf("%s has no rules, and does not say what brings it about", file)
		}
		calls, states := 0, 0
		for _, step := range s.Try {
			switch {
			case step.Expect == nil:
			case step.Call != "":
				calls++
			case step.Refund != "":
				states++
			}
		}
		if calls == 0 || states == 0 && !slices.Contains(stateless, file) {
			t.Errorf("%s expects something of %d calls and %d refunds", file, calls, states)
		}
		for i, step := range s.Try {
			if step.Call != "" && step.Expect == nil {
				t.Errorf("%s: step %d calls and expects nothing", file, i+1)
			}
		}
	}
}
