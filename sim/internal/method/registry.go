package method

import (
	"errors"

	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

// Registry returns every method, working on the given books and authority. It
// fails if a tag, an error row or a wording is missing.
func Registry(books *refund.Books, authority *oauth.Authority) (*top.Registry, error) {
	if err := complete(); err != nil {
		return nil, err
	}
	table, err := top.NewTable(top.SystemRows, top.PlatformRows, businessRows, neighbourRows)
	if err != nil {
		return nil, err
	}
	var methods []top.Method
	var failures []error
	for _, define := range []func(*refund.Books) (top.Method, error){
		rpRefundsAgree,
		pcRefundSubmit,
		refundNegotiatereturnRender,
		refundGet,
		idleIsvOrderDealrefund,
	} {
		m, err := define(books)
		methods, failures = append(methods, m), append(failures, err)
	}
	for _, define := range []func(*oauth.Authority) (top.Method, error){
		topAuthTokenCreate,
		topAuthTokenRefresh,
	} {
		m, err := define(authority)
		methods, failures = append(methods, m), append(failures, err)
	}
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	return top.NewRegistry(table, methods...)
}
