// Package seccomp compiles filters for seccomp(2): classic BPF programs that
// answer for each system call whether it is made, or who is asked first.
//
// A program is a balanced tree over the numbers of each architecture. It looks
// at nothing but architecture and number before it answers [Allow], where the
// rule allows that, so that the kernel can answer for it from the bitmap that it
// keeps since 5.11 (seccomp_cache_prepare); where a rule depends on an argument,
// that is loaded at its leaf only.
package seccomp
