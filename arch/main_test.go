package arch_test

import (
	"os"
	"testing"

	"utrace/internal/sys/systest"
)

func TestMain(m *testing.M) { os.Exit(systest.Main(m)) }
