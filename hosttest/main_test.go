package hosttest

import (
	"context"
	"slices"
	"testing"

	"utrace/sim"
)

// statement is one line of the semantics, as a test over any host.
type statement struct {
	name, text string
	test       func(t *testing.T, lab Lab)
}

var statements = slices.Concat(attachStatements, eventStatements, actionStatements,
	syscallStatements, hereStatements, roundStatements, resumeStatements, signalStatements, deliveryStatements, cloneStatements,
	lifeStatements, deathStatements, detachStatements, examineStatements, concurrencyStatements, stressTests)

// each runs every statement over labs of its own, but for those that the host
// cannot keep: name and reason.
func each(t *testing.T, cannot map[string]string, newLab func(t *testing.T) Lab) {
	for _, s := range statements {
		t.Run(s.name, func(t *testing.T) {
			t.Log(s.text)
			if why := cannot[s.name]; why != "" {
				t.Skip(why)
			}
			s.test(t, newLab(t))
		})
	}
}

func TestSim(t *testing.T) {
	each(t, nil, func(t *testing.T) Lab {
		lab := NewSimLab(sim.Options{})
		t.Cleanup(func() { closeSim(t, lab) })
		return lab
	})
}

// closeSim: no thread may be left.
func closeSim(t *testing.T, lab *SimLab) {
	ctx, cancel := context.WithTimeout(context.Background(), Deadline)
	defer cancel()
	if err := lab.Tracer().Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := lab.Kernel.Wait(ctx); err != nil {
		t.Errorf("simulated threads are left: %v", err)
	}
}
