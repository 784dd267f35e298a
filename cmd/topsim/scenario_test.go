package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/control"
)

const someScenarios = `[
 {"name":"a.on","title":"One that is on","source":"[documented] x","from":"embedded","active":true,
  "rules":[{"name":"first","does":"error isp.x","matched":5,"hits":2,"spent":true},{"name":"","does":"timeout","matched":1,"hits":1,"spent":false}]},
 {"name":"b.off","title":"One that is off","from":"mine.yaml","active":false,"rules":[{"name":"r","does":"reset","matched":0,"hits":0,"spent":false}]}]`

func TestScenarioListSumsHits(t *testing.T) {
	s := newStub(t).on("GET /scenarios", 200, someScenarios)
	s.topsim("", "scenario", "list").want(t, exitOK,
		"SCENARIO  IS   HITS  BENDS    TITLE            SOURCE          FROM\n",
		"a.on      on      3  2 rules  One that is on   [documented] x  embedded\n",
		"b.off     off        1 rule   One that is off                  mine.yaml\n")
	s.topsim("", "scenario", "list", "--active").want(t, exitOK, "a.on", "!b.off")
	s.topsim("", "scenario", "list", "--active", "--json").want(t, exitOK, `"name": "a.on"`, "!b.off")
	s.topsim("", "scenario", "list", "--markdown", "--json").want(t, exitUsage, "neither --json nor --active")
}

func TestScenarioShowHasRulesAndText(t *testing.T) {
	s := newStub(t).on("GET /scenarios/a.on", 200, `{"name":"a.on","title":"T","note":"to the end","from":"api","active":true,
		"rules":[{"name":"first","does":"error isp.x","matched":5,"hits":2,"spent":true}],"text":"name: a.on\nrules:\n- name: \u001b[31mred"}`)
	s.topsim("", "scenario", "show", "a.on").want(t, exitOK,
		"how far   to the end\n", "is        on\n", "   1  first  error isp.x        5     2  used up\n",
		"\nname: a.on\nrules:\n- name: \uFFFD[31mred\n")
}

func TestScenarioOnSendsTheFileAsItIs(t *testing.T) {
	const definition = "name: mine\nrules: []\n"
	s := newStub(t)
	var sent []string
	s.answers["PUT /scenarios/mine"] = func(_ *http.Request, body string) (int, string) {
		sent = append(sent, body)
		return 200, `{"name":"mine","active":true,"rules":[{"name":"r","does":"reset"}]}`
	}
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte(definition), 0o600); err != nil {
		t.Fatal(err)
	}
	s.topsim("", "scenario", "on", "mine").want(t, exitOK, "scenario mine is on", "reset")
	s.topsim("", "scenario", "on", "mine", "--file", file).want(t, exitOK)
	s.topsim(definition, "scenario", "on", "mine", "--file", "-", "--json").want(t, exitOK, `"active": true`)
	if got, want := strings.Join(sent, "|"), "|"+definition+"|"+definition; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	s.topsim("", "scenario", "on", "mine", "--file", file+".not").want(t, exitUsage, "--file: open ")
}

// Editors look for file:line:col at the start of a line.
func TestProblemsOfADefinitionStandOnLinesOfTheirOwn(t *testing.T) {
	s := newStub(t).on("PUT /scenarios/mine", 400,
		`{"error":{"code":"invalid","field":"definition","message":"mine:1:1: no name\nname:\n^"}}`)
	s.topsim("", "scenario", "on", "mine").want(t, exitUsage, "topsim: definition has problems:\nmine:1:1: no name\nname:\n^\n")
}

func TestScenarioOffTakesANameOrAll(t *testing.T) {
	s := newStub(t).on("DELETE /scenarios/a", 200, `{"ok":true}`).on("DELETE /scenarios", 200, `{"ok":true}`)
	s.topsim("", "scenario", "off", "a").want(t, exitOK, "scenario a is off")
	s.topsim("", "scenario", "off", "--all").want(t, exitOK, "all scenarios of default are off")
	s.topsim("", "scenario", "off").want(t, exitUsage, "want a scenario's name or --all")
	s.topsim("", "scenario", "off", "a", "--all").want(t, exitUsage, "want a scenario's name or --all")
}

func TestRuleAddTakesExactlyOneRule(t *testing.T) {
	s := newStub(t)
	var sent string
	s.answers["POST /rules"] = func(_ *http.Request, body string) (int, string) {
		sent = body
		return 201, `{"name":"rule 1","does":"error isp.x"}`
	}
	s.topsim("", "rule", "add", "--rule", "{error: isp.x}").want(t, exitOK, "rule 1 is on: error isp.x\n", "!rule rule", "topsim rule clear")
	if sent != "{error: isp.x}" {
		t.Errorf("sent %q", sent)
	}
	s.topsim("error: isp.y", "rule", "add", "-").want(t, exitOK)
	if sent != "error: isp.y" {
		t.Errorf("sent %q", sent)
	}
	s.topsim("", "rule", "add").want(t, exitUsage, "want a file, - for standard input, or --rule")
	s.topsim("", "rule", "add", "-", "--rule", "x").want(t, exitUsage, "want a file, - for standard input, or --rule")
	s.topsim("", "rule", "add", "nosuch.yaml").want(t, exitUsage, "open nosuch.yaml")
}

// A terminal has no room for where scenarios come from.
func TestScenarioTableFitsATerminal(t *testing.T) {
	list := []control.Scenario{
		{Name: "a", Title: "Something that happens to calls", Source: "[documented] x", From: "embedded"},
		{Name: "agree.long", Title: "Short", Active: true, Rules: []control.Rule{{}, {}}},
	}
	var out bytes.Buffer
	scenarioTable(list, 48).print(&out)
	want := "" +
		"SCENARIO    IS   HITS  BENDS    TITLE\n" +
		"a           off        nothing  Something that …\n" +
		"agree.long  on      0  2 rules  Short\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
