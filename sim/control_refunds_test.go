package sim_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

func TestControlRefunds(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		all, err := ctl.Refunds(ctx, w, control.RefundQuery{})
		must(t, err)
		mine, err := ctl.Refunds(ctx, w, control.RefundQuery{Shop: "晴天旗舰店", Status: "WAIT_SELLER_AGREE"})
		must(t, err)
		if len(all) < 9 || len(mine) != 2 || mine[0].ID != "88824002297127635" || !mine[0].Reviewed {
			t.Fatalf("got %d refunds, of the shop %+v", len(all), mine)
		}
		if mine[0].RefundInfo != "88824002297127635|4900|1631266660665|onsale" {
			t.Errorf("got refund_info %s", mine[0].RefundInfo)
		}
		_, err = ctl.Refunds(ctx, w, control.RefundQuery{Status: "PAID"})
		refusedWith(t, err, control.CodeInvalid, "status")
		_, err = ctl.Refunds(ctx, w, control.RefundQuery{Shop: "kingdom"})
		refusedWith(t, err, control.CodeInvalid, "shop")
		_, err = ctl.Refund(ctx, w, "99")
		refusedWith(t, err, control.CodeNotFound, "")
		_, err = ctl.Refund(ctx, w, "abc")
		refusedWith(t, err, control.CodeInvalid, "id")

		made, err := ctl.CreateRefund(ctx, w, control.NewRefund{
			Shop: "kingdo", DisputeType: "REFUND", Status: "WAIT_SELLER_AGREE", RefundFee: 4800, RefundPhase: "onsale",
		})
		must(t, err)
		if len(made.ID) != 18 || made.RefundVersion%1000 == 0 || len(made.Timeline) != 1 {
			t.Errorf("got %+v", made)
		}
		wants(t, demo(t, s.Server).agree(made.RefundInfo), `"msg_code":"OP_SUCC"`)
		paid, err := ctl.Refund(ctx, w, made.ID)
		must(t, err)
		last := paid.Timeline[len(paid.Timeline)-1]
		if paid.Status != "SUCCESS" || paid.Paid != 4800 || last.Account != "kingdo:cs01" || len(last.RequestID) < 12 {
			t.Errorf("got %+v", paid)
		}
	})
}

func TestControlCreateRefundErrors(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		good := control.NewRefund{Shop: "kingdo", RefundFee: 100}
		for _, row := range []struct {
			name  string
			spoil func(*control.NewRefund)
			code  string
			field string
		}{
			{"Err an unknown shop", func(r *control.NewRefund) { r.Shop = "kingdom" }, control.CodeInvalid, "shop"},
			{"Err no money", func(r *control.NewRefund) { r.RefundFee = 0 }, control.CodeInvalid, "refund_fee"},
			{"Err more than the total", func(r *control.NewRefund) { r.TotalFee = 99 }, control.CodeInvalid, "total_fee"},
			{"Err a status", func(r *control.NewRefund) { r.Status = "PAID" }, control.CodeInvalid, "status"},
			{"Err a time", func(r *control.NewRefund) { r.Deadline = "tomorrow" }, control.CodeInvalid, "deadline"},
			{"Err an id in use", func(r *control.NewRefund) { r.ID = 43234234 }, control.CodeConflict, "id"},
			{"Err more than can be counted", func(r *control.NewRefund) { r.RefundFee = 1<<63 - 1 }, control.CodeInvalid, "refund_fee"},
		} {
			t.Run(row.name, func(t *testing.T) {
				r := good
				row.spoil(&r)
				_, err := ctl.CreateRefund(ctx, sim.DefaultWorld, r)
				refusedWith(t, err, row.code, row.field)
			})
		}
	})
}

func TestControlEvents(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		changed, err := ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_modify", RefundFee: 1500})
		must(t, err)
		if changed.RefundFee != 1500 || changed.RefundVersion <= 1409294148714 {
			t.Errorf("got %+v", changed)
		}
		stale := demo(t, s.Server).agree("43234234|20000|1409294148714")
		wants(t, stale, `"succ":false`, `"msg_code":"OP_FAILURE_UE"`, "退款版本号已变更")

		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_explode"})
		refusedWith(t, err, control.CodeInvalid, "event")
		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_modify", RefundFee: 20001})
		refusedWith(t, err, control.CodeInvalid, "refund_fee")
		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_modify", DisputeType: "GIFT"})
		refusedWith(t, err, control.CodeInvalid, "dispute_type")
		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_ship_return"})
		refusedWith(t, err, control.CodeConflict, "")
		_, err = ctl.Act(ctx, w, "77", control.Event{Event: "buyer_cancel"})
		refusedWith(t, err, control.CodeNotFound, "")
	})
}

func TestControlSMS(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		none, err := ctl.SMS(ctx, w, control.SMSQuery{})
		must(t, err)
		if none == nil || len(none) != 0 {
			t.Fatalf("got %v, want an empty list", none)
		}
		got := make(chan []control.SMS, 1)
		go func() {
			messages, err := ctl.SMS(ctx, w, control.SMSQuery{To: "kingdo", RefundID: okID, Wait: 20 * time.Second})
			if err != nil {
				t.Error(err)
			}
			got <- messages
		}()
		wants(t, demo(t, s.Server).call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
		messages := <-got
		if len(messages) != 1 || messages[0].Code != smsCode || messages[0].To != "13900000001" || messages[0].Account != "kingdo:cs01" {
			t.Fatalf("got %+v", messages)
		}
		for _, q := range []control.SMSQuery{{To: "晴天旗舰店"}, {RefundID: "43234234"}, {After: messages[0].Seq}} {
			if other, err := ctl.SMS(ctx, w, q); err != nil || len(other) != 0 {
				t.Errorf("%+v: got %v, %v", q, other, err)
			}
		}
		_, err = ctl.SMS(ctx, w, control.SMSQuery{Wait: time.Hour})
		refusedWith(t, err, control.CodeInvalid, "wait")
		_, err = ctl.SMS(ctx, w, control.SMSQuery{RefundID: "x"})
		refusedWith(t, err, control.CodeInvalid, "refund_id")
	})
}
