package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

var (
	update = flag.Bool("update", false, "rewrite the generated files")
	man    = flag.String("man", "", "write man pages into this folder")
)

// root is the whole command line, as a user without variables finds it.
func root() *cobra.Command {
	a := &app{env: map[string]string{}, out: &bytes.Buffer{}, err: &bytes.Buffer{}, badEnv: map[*pflag.Flag]error{}}
	return a.root()
}

// TestReference holds docs/commands.md against the commands; -update rewrites
// it, -man writes man pages as well.
func TestReference(t *testing.T) {
	var got bytes.Buffer
	got.WriteString("# Commands and flags\n\nGenerated from the command line itself. Flags with a variable are also taken from it; the flag wins.\n")
	for _, c := range all(root()) {
		section(&got, c)
	}
	path := filepath.Join("..", "..", "docs", "commands.md")
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s is stale: run go generate ./...", path)
	}
	if *man != "" {
		writeMan(t, *man)
	}
}

// writeMan writes a man page for each command. Without a date, the same
// sources give the same bytes.
func writeMan(t *testing.T, folder string) {
	t.Helper()
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	top := root()
	top.DisableAutoGenTag = true
	if err := doc.GenManTree(top, &doc.GenManHeader{Title: "TOPSIM", Section: "1", Source: "topsim", Manual: "topsim"}, folder); err != nil {
		t.Fatal(err)
	}
}

func TestManPages(t *testing.T) {
	folder := t.TempDir()
	writeMan(t, folder)
	page, err := os.ReadFile(filepath.Join(folder, "topsim-serve.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"topsim-serve", `\fB--admin-addr\fP`, "TOPSIM_ADMIN_ADDR"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %s in the man page", want)
		}
	}
}

// all returns the commands that do something, in the order of the help.
func all(c *cobra.Command) []*cobra.Command {
	var list []*cobra.Command
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "completion" && sub.Name() != "help" {
			list = append(list, all(sub)...)
		}
	}
	if len(list) == 0 {
		return []*cobra.Command{c}
	}
	return list
}

func section(out *bytes.Buffer, c *cobra.Command) {
	fmt.Fprintf(out, "\n## %s\n\n", c.CommandPath())
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(out, "%s\n\n```\n%s\n```\n", strings.TrimSpace(text), c.UseLine())
	if c.Example != "" {
		fmt.Fprintf(out, "\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimSpace(c.Example), "\n  ", "\n"))
	}
	var rows []string
	visit := func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		kind, usage := pflag.UnquoteUsage(f)
		cell := func(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |", name, kind, quoted(f.DefValue), cell(usage)))
	}
	c.LocalFlags().VisitAll(visit)
	c.InheritedFlags().VisitAll(visit)
	if len(rows) > 0 {
		fmt.Fprintf(out, "\n| flag | takes | default | meaning |\n|---|---|---|---|\n%s\n", strings.Join(rows, "\n"))
	}
}

// quoted shows a default, if there is one to show.
func quoted(value string) string {
	if value == "" || value == "[]" {
		return ""
	}
	return "`" + value + "`"
}
