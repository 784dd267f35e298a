package metrics_test

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// exposition is a page of https://prometheus.io/docs/instrumenting/exposition_formats/
// as a strict reader takes it.
type exposition struct {
	kinds   map[string]string // of families that name theirs
	helps   map[string]string
	samples []sample
}

type sample struct {
	family string
	name   string
	labels map[string]string
	value  float64
}

var (
	metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*`)
	labelPair  = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,[ ]?|\})`)
	unescape   = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n")
)

// parse reads a page, or says what a reader of it would stumble over.
func parse(text string) (*exposition, error) {
	x := &exposition{kinds: map[string]string{}, helps: map[string]string{}}
	if !strings.HasSuffix(text, "\n") {
		return nil, fmt.Errorf("the last line doesn't end")
	}
	seen, ended, last := map[string]bool{}, map[string]bool{}, ""
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		family, err := x.line(line)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, line)
		}
		if family != last {
			ended[last], last = true, family
		}
		if ended[family] {
			return nil, fmt.Errorf("%s is in two places", family)
		}
		if name, _, isSample := strings.Cut(line, "} "); isSample || line[0] != '#' {
			if seen[name] {
				return nil, fmt.Errorf("twice: %s", line)
			}
			seen[name] = true
		}
	}
	return x, x.histograms()
}

// line reads one and returns its family.
func (x *exposition) line(line string) (string, error) {
	if comment, is := strings.CutPrefix(line, "# "); is {
		return x.comment(comment)
	}
	s := sample{name: metricName.FindString(line), labels: map[string]string{}}
	if s.name == "" {
		return "", fmt.Errorf("no name")
	}
	rest := line[len(s.name):]
	if labels, has := strings.CutPrefix(rest, "{"); has {
		for rest = labels; ; {
			m := labelPair.FindStringSubmatch(rest)
			if m == nil {
				return "", fmt.Errorf("not a label: %s", rest)
			}
			if _, again := s.labels[m[1]]; again {
				return "", fmt.Errorf("label %s is there twice", m[1])
			}
			s.labels[m[1]] = unescape.Replace(m[2])
			if rest = rest[len(m[0]):]; m[3] == "}" {
				break
			}
		}
	}
	text, spaced := strings.CutPrefix(rest, " ")
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !spaced {
		return "", fmt.Errorf("not a value: %q", rest)
	}
	s.value, s.family = value, x.familyOf(s.name)
	x.samples = append(x.samples, s)
	return s.family, nil
}

func (x *exposition) comment(comment string) (string, error) {
	word, rest, _ := strings.Cut(comment, " ")
	family, text, _ := strings.Cut(rest, " ")
	into := map[string]map[string]string{"HELP": x.helps, "TYPE": x.kinds}[word]
	if into == nil || metricName.FindString(family) != family || family == "" {
		return "", fmt.Errorf("neither HELP nor TYPE of a family")
	}
	if word == "TYPE" && !slices.Contains([]string{"counter", "gauge", "histogram", "summary", "untyped"}, text) {
		return "", fmt.Errorf("no such type")
	}
	if _, again := into[family]; again {
		return "", fmt.Errorf("a second %s", word)
	}
	if len(x.samples) > 0 && x.samples[len(x.samples)-1].family == family {
		return "", fmt.Errorf("%s comes after a sample", word)
	}
	into[family] = text
	return family, nil
}

// familyOf returns the family of a sample: parts of a histogram have suffixes.
func (x *exposition) familyOf(name string) string {
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		if family, cut := strings.CutSuffix(name, suffix); cut {
			if kind := x.kinds[family]; kind == "histogram" || kind == "summary" && suffix != "_bucket" {
				return family
			}
		}
	}
	return name
}

// histograms looks whether the parts of each agree: bounds rise, counts never
// fall, the last bucket holds everything.
func (x *exposition) histograms() error {
	type one struct {
		bound, upTo float64
		parts       map[string]bool
	}
	all := map[string]*one{}
	for _, s := range x.samples {
		if x.kinds[s.family] != "histogram" {
			continue
		}
		labels := maps.Clone(s.labels)
		delete(labels, "le")
		id := fmt.Sprint(s.family, labels)
		h, found := all[id]
		if !found {
			h = &one{bound: math.Inf(-1), parts: map[string]bool{}}
			all[id] = h
		}
		part := strings.TrimPrefix(s.name, s.family)
		h.parts[part] = true
		switch part {
		case "_bucket":
			bound, err := strconv.ParseFloat(s.labels["le"], 64)
			if err != nil || bound <= h.bound || s.value < h.upTo {
				return fmt.Errorf("bucket %v of %s doesn't follow %v with %v", s, id, h.bound, h.upTo)
			}
			h.bound, h.upTo = bound, s.value
		case "_count":
			if s.value != h.upTo {
				return fmt.Errorf("%s counts %v, its buckets %v", id, s.value, h.upTo)
			}
		case "":
			return fmt.Errorf("%s has a sample that is no part of a histogram", id)
		}
	}
	for id, h := range all {
		if !math.IsInf(h.bound, 1) || len(h.parts) != 3 {
			return fmt.Errorf("%s ends at %v and has %d parts of 3", id, h.bound, len(h.parts))
		}
	}
	return nil
}
