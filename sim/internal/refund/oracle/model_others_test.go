package oracle_test

import "time"

// application is what taobao.pc.refund.submit applies for.
type application struct {
	kindOf      string
	fee, reason int64
	goods       int
	message     string
}

// submission is one call of taobao.pc.refund.submit.
type submission struct {
	order, dispute, buyer int64
	outBiz                string
	application
}

// submit is §3.3 with. fresh is the id that a new refund gets
// if its order reserves none.
func (m *model) submit(in submission, fresh func() int64) (id int64, why string) {
	o := m.orders[in.order]
	switch {
	case o == nil:
		return 0, "order"
	case o.buyer != in.buyer:
		return 0, "foreign-order"
	case o.kind != "procurement":
		return 0, "order"
	}
	known := m.byCaller(in.buyer, in.outBiz)
	if known != nil && known.tid != in.order {
		return 0, "parameter"
	}
	if known != nil && known.submitted == in.application && (in.dispute == 0 || in.dispute == known.id && known.status != 6) {
		return known.id, ""
	}
	if m.refunds[in.dispute] != nil || in.dispute != 0 && in.dispute != o.reserved {
		return m.modify(in, o)
	}
	if known != nil {
		return 0, "parameter"
	}
	for _, f := range m.refunds {
		if f.tid == in.order && !f.finished() {
			return 0, "parameter"
		}
	}
	f := &fact{tid: in.order, buyer: in.buyer, shop: o.shop, kind: o.kind, phase: "onsale", total: o.paid, born: m.next()}
	if o.goods == 2 || o.goods == 5 {
		f.phase = "aftersale"
	}
	if why = in.allowed(o, m.available(f)); why != "" {
		return 0, why
	}
	if f.id = o.reserved; f.id == 0 || m.refunds[f.id] != nil {
		f.id = fresh()
	}
	m.refunds[f.id] = f
	m.happen(f, "apply", 1, m.now, func() { f.take(in) })
	return f.id, ""
}

func (m *model) next() int64 {
	m.born++
	return m.born
}

func (m *model) byCaller(buyer int64, outBiz string) *fact {
	for _, f := range m.refunds {
		if outBiz != "" && f.buyer == buyer && f.outBiz == outBiz {
			return f
		}
	}
	return nil
}

// modify is an application that names its refund.
func (m *model) modify(in submission, o *order) (int64, string) {
	f := m.refunds[in.dispute]
	if f == nil || f.tid != in.order || f.buyer != in.buyer {
		return 0, "not-found"
	}
	if known := m.byCaller(in.buyer, in.outBiz); known != nil && known != f {
		return 0, "parameter"
	}
	to, why := f.possible("buyer_modify")
	if why != "" {
		return 0, why
	}
	if f.outBiz != "" && f.outBiz != in.outBiz {
		return 0, "parameter"
	}
	if why := in.allowed(o, m.available(f)); why != "" {
		return 0, why
	}
	m.happen(f, "buyer_modify", to, m.now, func() { f.take(in) })
	return f.id, ""
}

// take writes what was applied for into the refund.
func (f *fact) take(in submission) {
	f.kindOf, f.fee, f.goods, f.outBiz, f.submitted, f.reviewed = in.kindOf, in.fee, in.goods, in.outBiz, in.application, false
}

// allowed holds an application against its order, which has that much left.
func (a application) allowed(o *order, most int64) string {
	switch {
	case a.kindOf == "":
		return "parameter"
	case a.goods != 1 && a.goods != 2 && a.goods != 4 && a.goods != 6, a.goods == 4 && o.goods != 4:
		return "goods-status"
	case a.reason != 500032:
		return "reason"
	case a.fee < 1 || a.fee > most:
		return "fee"
	case o.goods == 4 && (a.kindOf != "REFUND" || a.fee != most):
		return "full-refund-only"
	}
	return ""
}

// deal is §3.4, for a seller of 闲鱼.
func (m *model) deal(shop string, tid int64, operation, address string) (id int64, why string) {
	o := m.orders[tid]
	switch {
	case o == nil:
		return 0, "order"
	case o.shop != shop:
		return 0, "foreign-order"
	case o.kind != "idle":
		return 0, "order"
	}
	f := m.current(tid)
	if f == nil {
		return 0, "not-found"
	}
	event := map[string]string{"AGREE_REFUND": "agree", "REFUSE_REFUND": "close", "AGREE_RETURN": "agree_return"}[operation]
	switch {
	case event == "":
		return 0, "operation"
	case event == "agree_return" && address == "":
		return 0, "return-address-missing"
	case event == "agree" && !f.finished() && f.kindOf == "REFUND_AND_RETURN" && f.goods != 5:
		return 0, "goods-not-back"
	}
	return f.id, m.do(f, event, nil)
}

// current is the open refund of an order, else its newest.
func (m *model) current(tid int64) *fact {
	var best *fact
	for _, f := range m.refunds {
		if f.tid == tid && (best == nil || best.finished() && !f.finished() || best.finished() == f.finished() && (f.born < best.born) != f.finished()) {
			best = f
		}
	}
	return best
}

// do lets an event happen unless it is not possible, or the platform decides.
func (m *model) do(f *fact, event string, edit func()) string {
	to, why := f.possible(event)
	if why == "" && sellers[event] && f.agent {
		why = "platform-intervenes"
	}
	if why == "" {
		m.happen(f, event, to, m.now, edit)
	}
	return why
}

// act is what the other side does. A fee of 0 and a type of "" keep what is.
func (m *model) act(id int64, event string, fee int64, kindOf string) string {
	f := m.refunds[id]
	if f == nil {
		return "not-found"
	}
	if _, why := f.possible(event); why == "" && !(sellers[event] && f.agent) && (fee < 0 || fee > 0 && fee > m.available(f)) {
		return "fee"
	}
	return m.do(f, event, func() { m.edit(f, event, fee, kindOf) })
}

func (m *model) edit(f *fact, event string, fee int64, kindOf string) {
	switch event {
	case "buyer_modify":
		f.reviewed = false
		if fee > 0 {
			f.fee = fee
		}
		if kindOf != "" {
			f.kindOf = kindOf
		}
		if f.outBiz != "" {
			f.submitted.fee, f.submitted.kindOf = f.fee, f.kindOf
		}
	case "buyer_ship_return":
		f.goods = 3
	case "seller_receive_return":
		f.goods = 5
	case "seller_ship":
		f.goods = 6
		if o := m.orders[f.tid]; o != nil {
			o.goods = 6
		}
	case "platform_intervene": // the timer stops
		f.agent = true
		if !f.deadline.IsZero() {
			f.left, f.deadline = f.deadline.Sub(m.now), time.Time{}
		}
	case "platform_release":
		f.agent = false
		if f.left > 0 {
			f.deadline, f.left = m.now.Add(f.left), 0
		}
	}
}

// read is taobao.refund.get, negotiable the negotiate page.
func (m *model) read(shop string, id int64) string {
	if f := m.refunds[id]; f == nil || f.shop != shop {
		return "not-found"
	}
	return ""
}

func (m *model) negotiable(shop string, id int64) string {
	why := m.read(shop, id)
	if f := m.refunds[id]; why == "" && (f.status != 1 || f.kindOf != "REFUND") {
		return "not-negotiable"
	}
	return why
}
