// Package hosttest is the conformance suite: the statements S1 to S126, each
// written once and run over every host.
//
// A statement traces a [Script], run by the puppet: on real threads a small C
// program without a library (testdata/puppet.c), on the simulation an
// interpreter of the same steps. The puppet makes no system calls but those
// that its steps name, and tells the test what user mode saw through shared
// memory, so that nothing of it shows up in the trace.
//
// An example, as it stands in a table of statements:
//
//	{"S51", "the last called (first attached) engine decides", func(t *testing.T, lab hosttest.Lab) {
//		run := hosttest.Start(t, lab, hosttest.Getppid(), hosttest.Report(1))
//		rec := run.Recorder()
//		a, b := rec.Engine("a"), rec.Engine("b")
//		a.Attach(run.Task(), utrace.EventSyscallEntry)
//		b.Attach(run.Task(), utrace.EventSyscallEntry)
//		b.Answer("entry getppid", utrace.SyscallAbort|utrace.Resume)
//		a.Answer("entry getppid", utrace.SyscallRun|utrace.Resume)
//		run.Go()
//		if run.Value(1) <= 0 {
//			t.Error("the call was not made")
//		}
//		run.WantExit(0)
//	}},
//
// [Start] returns with the puppet held in user mode; what is attached then sees
// the script from its beginning once [Run.Go] lets it run. [Recorder]
// logs the callbacks of its engines in order, [Engine.On] says what they
// answer, [Recorder.Await] waits for one. Nothing sleeps to wait; everything
// that may not come has [Deadline].
//
// What a host cannot keep is listed with the reason (linuxCannot) and skipped
// with it. Beyond the statements there are trials with crowds of threads and
// engines (stressTests).
//
// Run one statement over one host with
//
//	go test ./hosttest -run Sim/S57
package hosttest
