package fault

// truncate announces the whole body and sends its beginning.
var truncate = Kind{
	Name:     "truncate",
	Doc:      "the body breaks off after bytes, after percent of it, or somewhere; Content-Length announces all of it",
	Members:  []string{"bytes", "percent"},
	delivers: Part,
	check: func(s Spec, report Report) {
		if s.Bytes != nil && s.Percent != nil {
			report("percent", "give bytes or percent, not both")
		}
	},
	draws: 1,
	plan: func(p *Plan, values []float64) {
		if p.share = values[0]; p.Percent != nil {
			p.share = *p.Percent / 100
		}
	},
	deliver: func(p Plan, d delivery, a Answer) Delivered {
		d.open(a)
		d.write(a.Body[:p.cut(len(a.Body))])
		return Part // net/http closes a connection on which a body is incomplete
	},
}

// cut says how many bytes of a body are sent: never all.
func (p Plan) cut(length int) int {
	n := int(p.share * float64(length))
	if p.Bytes != nil {
		n = *p.Bytes
	}
	return max(0, min(n, length-1))
}
