//go:build linux || darwin

package main

import (
	"syscall"
	"unsafe"
)

// terminalColumns asks a terminal how many columns its lines have; 0 if it does
// not say.
func terminalColumns(fd uintptr) int {
	var size struct{ rows, columns, xPixels, yPixels uint16 }
	_, _, failure := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	if failure != 0 {
		return 0
	}
	return int(size.columns)
}
