package top

import "time"

// Directory is what the checks ask about apps and their sessions.
type Directory interface {
	App(key string) (App, bool)
	Session(key string) (Session, bool)
}

// App is a registered application.
type App struct {
	Key            string // its canonical app_key: a session belongs to it
	Secret         string
	Packages       []string // permission packages besides BasicPackage; a method of another one is error 11
	AllPackages    bool
	IPs            []string      // who may call; none listed: everybody
	DailyQuota     int           // calls a day, GMT+8; 0: no limit, as below (error 7)
	Rate           int           // calls a second
	RatePerAPI     int           // calls a second and method
	Ban            time.Duration // how long a rate that was exceeded refuses calls; at least until the second is over
	DefaultSession string        // used where the session check is skipped
}

// BasicPackage is the permission package that every app has.
const BasicPackage = "basic"

// may reports whether the app has the package.
func (a App) may(pkg string) bool {
	if a.AllPackages || pkg == BasicPackage {
		return true
	}
	for _, p := range a.Packages {
		if p == pkg {
			return true
		}
	}
	return false
}

// Session is what a session key stands for.
type Session struct {
	Key     string
	AppKey  string // canonical
	Shop    string // seller nick
	Sub     string // sub-account name; "" is the main account
	Denied  []string
	Expires time.Time // zero: never
	W2Until time.Time // until when advanced writes are allowed; zero: as long as the session

	QuotaFen  int64 // what the sub-account may refund a day; 0: no quota
	SMSExempt bool  // the seller console exempts it from SMS codes
}

// Account returns kingdo or kingdo:cs01.
func (s Session) Account() string {
	if s.Sub == "" {
		return s.Shop
	}
	return s.Shop + ":" + s.Sub
}

// denies reports whether the main account has not granted the method to this
// sub-account: code 12 applies per method and also to reads.
func (s Session) denies(method string) bool {
	for _, m := range s.Denied {
		if m == "*" || m == method {
			return true
		}
	}
	return false
}
