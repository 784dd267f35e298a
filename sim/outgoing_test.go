package sim_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
)

// TestNothingGoesOutAtRunTime plays all scenarios and calls every method and
// door in a process that can look up no name and whose usual transport fails.
// Nobody notices, and no socket leads away from this machine. It is not parallel:
// what it takes away belongs to the whole process.
func TestNothingGoesOutAtRunTime(t *testing.T) {
	var tries atomic.Int32
	refuse := func() error {
		tries.Add(1)
		return errors.New("nothing goes out")
	}
	resolver, transport := net.DefaultResolver, http.DefaultTransport
	t.Cleanup(func() { net.DefaultResolver, http.DefaultTransport = resolver, transport })
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, refuse() }}
	http.DefaultTransport = roundTripper(func(*http.Request) (*http.Response, error) { return nil, refuse() })

	if c, err := net.Dial("udp", "203.0.113.1:9"); err == nil { // nothing is sent; without a route it fails
		if runtime.GOOS == "linux" && len(socketsAway(t)) == 0 {
			t.Error("a socket that leads away is not seen")
		}
		must(t, c.Close())
	}
	s := sim.Run(t, sim.WithClock(frozen))
	for name := range embedded(t) {
		p := newPlayer(t, s, name)
		p.use()
		p.mustHold(name, p.play())
		if away := socketsAway(t); len(away) > 0 {
			t.Errorf("%s: sockets lead to %s", name, strings.Join(away, ", "))
		}
		p.Close()
		must(t, s.Control().DropWorld(ctx, p.world.Name))
	}
	methods, err := sim.Methods()
	must(t, err)
	c := caller{t, client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"), client.WithHTTPClient(s.HTTPClient()))}
	for _, m := range methods { // addresses in parameters are for nobody to visit
		c.call(m.Name, "refund_id=43234234", "fields=status", "url=http://example.com/", `refund_agreement_order_req={"biz_order_id":"10000001","out_biz_id":"A",`+
			`"biz_claim_type":1,"apply_refund_text_id":500032,"goods_status":2,"buyer_id":10000001,"refund_fee":50,`+
			`"refund_message_pic_v_o_list":[{"message_pic":"http://example.com/a.png"}]}`)
	}
	answer, err := s.HTTPClient().Get(s.AdminURL() + "/metrics")
	must(t, err)
	must(t, answer.Body.Close())
	if away := socketsAway(t); tries.Load() > 0 || len(away) > 0 {
		t.Errorf("%d tries, sockets to %v", tries.Load(), away)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// socketsAway lists the addresses that sockets of this process lead to, but for
// loopback ones, where the system tells.
func socketsAway(t *testing.T) (away []string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	own := map[string]bool{} // inodes
	files, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	for _, f := range files {
		link, _ := os.Readlink("/proc/self/fd/" + f.Name()) // it may be closed by now
		if inode, is := strings.CutPrefix(link, "socket:["); is {
			own[strings.TrimSuffix(inode, "]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		text, err := os.ReadFile("/proc/self/net/" + table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) < 10 || !own[fields[9]] {
				continue
			}
			remote, _, _ := strings.Cut(fields[2], ":")
			if !loopback(remote) {
				away = append(away, table+" "+fields[2])
			}
		}
	}
	return away
}

// loopback reads an address as the kernel writes it, words in the order of the
// machine; one of zeros is of a socket that listens.
func loopback(hex string) bool {
	switch strings.Trim(hex, "0") {
	case "", "1": // ::1 on a big-endian machine
		return true
	}
	return strings.HasSuffix(hex, "7F") && len(hex) == 8 || strings.HasPrefix(hex, "7F") && len(hex) == 8 || // 127.0.0.0/8
		strings.HasSuffix(hex, "01000000") && strings.Trim(hex[:24], "0") == "" || // ::1
		len(hex) == 32 && strings.Contains(hex, "FFFF0000") && strings.HasSuffix(hex, "7F") // ::ffff:127.0.0.0/104
}
