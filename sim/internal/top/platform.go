package top

// PlatformRows are errors of the platform's own side, which callers meet when
// it is ill or somebody else is too busy. Nothing makes the simulator ill, so
// only scenarios answer with them. The business errors are named by their
// sub_code; where no text was published there is none.
var PlatformRows = []Row{
	{Key: "user-call-limited", Code: 4, Msg: "User call limited", When: "too many calls of a user; today it is code 7", Evidence: Page, Source: "top-protocol.md §5.2, A-028", Injected: true},
	{Key: "session-call-limited", Code: 5, Msg: "Session Call limited", When: "too many calls of a session; today it is code 7", Evidence: Code, Source: "top-protocol.md §5.2", Injected: true},
	{Key: "partner-call-limited", Code: 6, Msg: "Partner Call limited", When: "too many calls of a partner; today it is code 7", Evidence: Code, Source: "top-protocol.md §5.2", Injected: true},
	{Key: "app-call-frequency", Code: 8, Msg: "App Call Exceeds Limited Frequency", When: "too many calls of an app in a short time; today it is code 7", Evidence: Page, Source: "top-protocol.md §5.2, A-028", Injected: true},
	{Key: "partner-permissions", Code: 13, Msg: "Insufficient partner permissions", When: "the partner may not call the method", Evidence: Code, Source: "top-protocol.md §5.2", Injected: true},
	{Key: "parameter-error", Code: 43, Msg: "Parameter Error", When: "a parameter is wrong; today it is code 40 or 41", Evidence: Page, Source: "top-protocol.md §5.2", Injected: true},

	{Key: lostRow, Msg: remote, SubCode: lostRow, SubMsg: "远程服务调用超时", When: "the service behind the gateway did not answer in time, and may have done its work", Evidence: Seen, Source: "top-protocol.md §5.3, refund-domain.md §3.1", Injected: true},
	{Key: "isp.top-remote-connection-error", Msg: remote, SubCode: "isp.top-remote-connection-error", When: "the gateway did not reach the service behind it", Evidence: Code, Source: "top-protocol.md §5.3, A-157", Injected: true},
	{Key: "isp.top-remote-service-unavailable", Msg: remote, SubCode: "isp.top-remote-service-unavailable", When: "the service behind the gateway is down", Evidence: Code, Source: "top-protocol.md §5.3, A-157", Injected: true},
	{Key: "isp.top-remote-unknown-error", Msg: remote, SubCode: "isp.top-remote-unknown-error", When: "the service behind the gateway failed in an unknown way", Evidence: Code, Source: "top-protocol.md §5.3, A-157", Injected: true},
	{Key: "isp.remote-connection-error", Msg: remote, SubCode: "isp.remote-connection-error", When: "the service did not reach one of its own", Evidence: Code, Source: "top-protocol.md §5.3, A-157", Injected: true},
	{Key: "isp.remote-service-error", Msg: remote, SubCode: "isp.remote-service-error", When: "a service of the service failed", Evidence: Inference, Source: "A-157", Injected: true},
	{Key: "isp.refund-service-unavailable", Msg: remote, SubCode: "isp.refund-service-unavailable", When: "the refund service is down", Evidence: Code, Source: "refund-domain.md §5, A-157", Injected: true},
	{Key: "isp.call-limited", Msg: remote, SubCode: "isp.call-limited", SubMsg: "ISP流控", When: "the service behind the gateway limits its callers, whoever they are", Evidence: Seen, Source: "A-015", Injected: true},
	{Key: "SYS_REQUEST_TOO_FAST", Msg: remote, SubCode: "SYS_REQUEST_TOO_FAST", When: "the service behind the gateway gets the calls too fast", Evidence: Code, Source: "top-protocol.md §5.3, A-157", Injected: true},
}
