package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// The refund that the banner plays with, as the demo world has it.
const (
	demoRefund     = "110045054952563058"
	demoRefundInfo = "110045054952563058|4800|1618830739396"
	demoCode       = "839212"
)

// banner tells where the server is and what to try: commands that work as
// pasted.
func (a *app) banner(ctx context.Context, s *sim.Server, f *serveFlags) string {
	var b strings.Builder
	fmt.Fprintf(&b, "topsim %s is ready, seed %s\n\n", readBuild().Version, f.seed)
	fmt.Fprintf(&b, "  gateway        %s/router/rest\n", s.URL())
	admin := s.AdminURL()
	if admin == "" {
		admin = "off"
	}
	fmt.Fprintf(&b, "  control plane  %s\n", admin)
	if s.AdminURL() != "" {
		fmt.Fprintf(&b, "  dashboard      %s/\n", admin)
	}
	worlds, _ := s.Control().Worlds(ctx) // in process, it has nothing that could fail
	for _, w := range worlds {
		fmt.Fprintf(&b, "  world          %s: %d refunds of %s; app_key %s\n",
			w.Name, w.Refunds, strings.Join(w.Fixtures, ", "), strings.Join(w.AppKeys, ", "))
		if len(w.Scenarios) > 0 {
			fmt.Fprintf(&b, "  scenarios on   %s\n", strings.Join(w.Scenarios, ", "))
		}
	}
	lead, commands := a.suggestions(ctx, s, worlds)
	fmt.Fprintf(&b, "\n%s\n\n", lead)
	for _, c := range commands {
		fmt.Fprintf(&b, "  %s\n", c)
	}
	if f.adminToken != "" && s.AdminURL() != "" {
		b.WriteString("\nThe control plane wants the admin token: set TOPSIM_ADMIN_TOKEN there.\n")
	}
	b.WriteString("\nCtrl-C stops it.\n")
	return b.String()
}

// suggestions are the SMS story where the world is the one it was written
// for, else a look around.
func (a *app) suggestions(ctx context.Context, s *sim.Server, worlds []control.World) (lead string, commands []string) {
	gateway, admin := "", ""
	if s.URL() != defaultGateway {
		gateway = " --gateway " + s.URL()
	}
	if s.AdminURL() != defaultAdmin {
		admin = " --admin " + s.AdminURL()
	}
	withControl := s.AdminURL() != ""
	refund, err := s.Control().Refund(ctx, sim.DefaultWorld, demoRefund)
	plain := len(worlds) == 1 && slices.Equal(worlds[0].Fixtures, []string{"demo"}) && len(worlds[0].Scenarios) == 0
	if err != nil || !plain || refund.RefundInfo != demoRefundInfo {
		commands = []string{a.self() + " methods"}
		if withControl {
			commands = append(commands, a.self()+" refund list"+admin)
		}
		return "Look around, in another terminal:", commands
	}
	agree := a.self() + " call" + gateway + " taobao.rp.refunds.agree session=c-sub " + shellQuote("refund_infos="+demoRefundInfo)
	commands = []string{agree, a.self() + " sms list" + admin, agree + " code=" + demoCode}
	if !withControl {
		commands = slices.Delete(commands, 1, 2)
	}
	return "Pay a refund, in another terminal: the first call has an SMS code sent, the last one pays with it.", commands
}
