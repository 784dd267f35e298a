package refund_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

func unixMilli(ms int64) time.Time { return time.UnixMilli(ms).In(gmt8) }

func TestYuan(t *testing.T) {
	for cents, want := range map[refund.Cents]string{
		0: "0.00", 1: "0.01", 19: "0.19", 100: "1.00", 4800: "48.00", 600_001: "6000.01", -1: "-0.01", -4805: "-48.05",
		1<<63 - 1: "92233720368547758.07",
	} {
		if got := cents.Yuan(); got != want {
			t.Errorf("%d fen is %q, want %q", cents, got, want)
		}
	}
}

func TestStatusNames(t *testing.T) {
	want := []string{
		"WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS", "CLOSED", "SUCCESS", "SELLER_REFUSE_BUYER",
		"WAIT_BUYER_CONFIRM_REDO_SEND_GOODS", "WAIT_SELLER_CONFIRM_RETURN_ADDRESS", "NOT_APPLIED",
	}
	same(t, "names", refund.StatusNames(), want)
	for i, name := range want {
		if s, ok := refund.ParseStatus(name); !ok || int(s) != i+1 {
			t.Errorf("%s is %d", name, s)
		}
	}
	if got := refund.Status(17).String(); got != "STATUS_17" {
		t.Error(got)
	}
	for _, name := range []string{"", "STATUS_17", "success"} {
		if s, ok := refund.ParseStatus(name); ok {
			t.Errorf("%q is %d", name, s)
		}
	}
}

func TestGoodsNames(t *testing.T) {
	want := []string{"BUYER_NOT_RECEIVED", "BUYER_RECEIVED", "BUYER_RETURNED_GOODS", "UNSHIPPED", "SELLER_CONFIRMED", "SHIPPED"}
	same(t, "names", refund.GoodsNames(), want)
	for i, name := range want {
		if g, ok := refund.ParseGoods(name); !ok || int(g) != i+1 {
			t.Errorf("%s is %d", name, g)
		}
	}
	if _, ok := refund.ParseGoods(""); ok {
		t.Error("no name is no goods status")
	}
}

func TestPlatformDecides(t *testing.T) {
	for cs := range 13 {
		r := refund.Refund{CS: cs}
		if got := r.PlatformDecides(); got != agent(r) {
			t.Errorf("cs_status %d: %t", cs, got)
		}
	}
}

func TestApplicationsDiffer(t *testing.T) {
	base := application().Application
	if !base.Equal(application().Application) {
		t.Error("differs from itself")
	}
	for name, change := range map[string]func(*refund.Application){
		"type":     func(a *refund.Application) { a.Type = refund.ReturnAndRefund },
		"fee":      func(a *refund.Application) { a.Fee++ },
		"reason":   func(a *refund.Application) { a.ReasonID++ },
		"goods":    func(a *refund.Application) { a.Goods++ },
		"message":  func(a *refund.Application) { a.Message = "" },
		"no proof": func(a *refund.Application) { a.Pictures = nil },
		"proof":    func(a *refund.Application) { a.Pictures = []refund.Picture{{URL: "https://example.com/2.png"}} },
	} {
		other := base
		if change(&other); base.Equal(other) {
			t.Errorf("%s makes no difference", name)
		}
	}
}

func TestErrors(t *testing.T) {
	if got := refund.Refuse(refund.ErrQuota).Error(); got != "refund: quota" {
		t.Error(got)
	}
	err := fmt.Errorf("agree: %w", refund.Refusef(refund.ErrFee, "%d fen", 7))
	if got := err.Error(); got != "agree: refund: fee: 7 fen" {
		t.Error(got)
	}
	var no *refund.Error
	if !errors.As(err, &no) || no.Code != refund.ErrFee {
		t.Errorf("%v", err)
	}
}

// Whoever words the codes relies on the list.
func TestCodesAreComplete(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var want []refund.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Code" {
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, refund.Code(code))
		}
		return true
	})
	slices.Sort(want)
	same(t, "codes", slices.Sorted(slices.Values(refund.Codes)), want)
}

func TestAccountNames(t *testing.T) {
	if got := subAccount(cShop).Name(); got != "kingdo:cs01" {
		t.Error(got)
	}
	if got := mainAccount(cShop).Name(); got != "kingdo" {
		t.Error(got)
	}
}
