package strict

// What a number is.
var PlainInt, PlainFloat = plainInt, plainFloat
