package metrics

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	victoria "github.com/VictoriaMetrics/metrics"
)

// Names of the families.
const (
	buildName   = "topsim_build_info"
	callsName   = "topsim_calls_total"
	faultsName  = "topsim_faults_total"
	secondsName = "topsim_call_duration_seconds"
	worldsName  = "topsim_worlds"
	droppedName = "topsim_journal_dropped_total"
)

// page is a text exposition that is being written.
// https://prometheus.io/docs/instrumenting/exposition_formats/
type page struct{ bytes.Buffer }

// exposition asks the worlds themselves for what they know, so that nothing has
// to be kept in step with them.
func (m *Metrics) exposition() []byte {
	worlds := m.asked() // under no lock of ours: who drops a world holds theirs and waits for ours
	counts, doors := m.counted()
	p := &page{}
	p.family(buildName, "gauge", "Version of topsim and of the Go that built it; always 1.")
	p.sample(m.build, 1)
	p.family(callsName, "counter", "Calls of the gateway.")
	for _, c := range counts {
		p.samples(c.calls.WritePrometheus)
	}
	p.family(faultsName, "counter", "Answers that a fault spoiled.")
	for _, c := range counts {
		p.samples(c.struck.WritePrometheus)
	}
	p.family(secondsName, "histogram", "Time from a call that was read to its answer, without its delivery.")
	for _, h := range doors {
		h.write(p)
	}
	p.family(worldsName, "gauge", "Worlds that exist.")
	p.sample(worldsName, float64(len(worlds)))
	p.family(droppedName, "counter", "Journal entries that had to make room. A reset begins at 0.")
	for _, w := range worlds {
		p.sample(series(droppedName, worldLabel, w.Name), float64(w.Dropped))
	}
	p.samples(victoria.WriteProcessMetrics)
	p.samples(victoria.WriteFDMetrics)
	return p.Bytes()
}

// family begins a family of series, of which all samples must follow.
func (p *page) family(name, kind, help string) {
	fmt.Fprintf(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (p *page) sample(series string, value float64) {
	p.WriteString(series + " " + number(value) + "\n")
}

// samples adds what the library writes, but not its comments. Whether it writes
// any is a switch of the whole process, which a program that embeds the
// simulator may have set; a second type of a family, or its histograms that lack
// sum and count, make a page that can't be read.
func (p *page) samples(write func(io.Writer)) {
	var all bytes.Buffer
	write(&all)
	for line := range bytes.Lines(all.Bytes()) {
		if line[0] != '#' {
			p.Write(line)
		}
	}
}

// number words a value, or the bound of a bucket, without an exponent.
func number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// series words a name with its labels: pairs of a label and its value.
func series(name string, pairs ...string) string {
	labels := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		labels = append(labels, pairs[i]+`="`+escaped.Replace(pairs[i+1])+`"`)
	}
	return name + "{" + strings.Join(labels, ",") + "}"
}
