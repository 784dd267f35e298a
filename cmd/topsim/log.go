package main

import (
	"io"
	"log/slog"
	"os"

	"github.com/lmittmann/tint"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
)

// logger writes to standard error, so that standard output has the banner
// alone.
func (a *app) logger(cmd *cobra.Command, format, level string) (*slog.Logger, error) {
	least, known := logLevels[level]
	if !known {
		return nil, badValue(cmd, "log-level", "%q: want info or warn", level)
	}
	terminal := isTerminal(a.err)
	if format == "" {
		format = "json"
		if terminal {
			format = "text"
		}
	}
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(a.err, &slog.HandlerOptions{Level: least, ReplaceAttr: filled})), nil
	case "text":
		plain := !terminal || a.env["NO_COLOR"] != ""
		return slog.New(tint.NewTextHandler(a.err, &tint.Options{Level: least, TimeFormat: "15:04:05", NoColor: plain, ReplaceAttr: filled})), nil
	}
	return nil, badValue(cmd, "log-format", "%q: want text or json", format)
}

// logLevels are the values of --log-level: calls are logged as info.
var logLevels = map[string]slog.Level{"info": slog.LevelInfo, "warn": slog.LevelWarn}

// filled leaves out attributes that say nothing.
func filled(_ []string, attr slog.Attr) slog.Attr {
	if attr.Value.Kind() == slog.KindString && attr.Value.String() == "" {
		return slog.Attr{}
	}
	return attr
}

func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// columns is how wide standard output's terminal is; 0 if it is none.
func (a *app) columns() int {
	if !isTerminal(a.out) {
		return 0
	}
	return terminalColumns(a.out.(*os.File).Fd())
}
