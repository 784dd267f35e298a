package method

// RowTexts are the texts of failed rows, for the test that each is in a golden.
var RowTexts = rowTexts

// SubmitWords lists error_code and error_msg of every refusal of
// taobao.pc.refund.submit, for the same test.
func SubmitWords() [][2]string {
	var words [][2]string
	for _, w := range submitErrors {
		words = append(words, [2]string{w.code, w.msg})
	}
	return words
}

// ParseRefundInfos reads refund_infos.
var ParseRefundInfos = parseRefundInfos
