// Package reach finds out which file a system call is about: what the kernel
// would come to with the thread's root and working directory, its descriptors,
// and symbolic links, at this moment. Before the call is made that is a guess:
// whoever can change the file system, or the path in memory, can make it wrong.
package reach

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"utrace/syscalls"
)

// Paths returns what the first two paths among a call's arguments lead to, ""
// where there is none. arg returns a raw argument, name the text of a path
// argument, and whether it could be read.
func Paths(tid int, call *syscalls.Call, arg func(i int) uint64, name func(i int) (string, bool)) (paths [2]string) {
	n := 0
	for i, a := range call.Args {
		if a.Kind != syscalls.Path || n == len(paths) {
			continue
		}
		dir := int32(unix.AT_FDCWD)
		if i > 0 && call.Args[i-1].Kind == syscalls.AtFD {
			dir = int32(arg(i - 1))
		}
		if text, ok := name(i); ok {
			paths[n] = reach(tid, dir, text, follows(call, i, arg))
		}
		n++
	}
	return paths
}

// follows reports whether the call follows a symbolic link that path argument i
// ends in.
func follows(call *syscalls.Call, i int, arg func(i int) uint64) bool {
	flag := func(name string, bit uint64) bool {
		for j, a := range call.Args {
			if a.Name == name {
				return arg(j)&bit != 0
			}
		}
		return false
	}
	const noFollow, follow = unix.AT_SYMLINK_NOFOLLOW, unix.AT_SYMLINK_FOLLOW
	switch call.Name {
	case "lstat", "lstat64", "oldlstat", "lchown", "lchown32", "readlink", "readlinkat", "unlink", "unlinkat", "rmdir",
		"rename", "renameat", "renameat2", "mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat",
		"lgetxattr", "lsetxattr", "llistxattr", "lremovexattr":
		return false
	case "link":
		return false
	case "linkat":
		return i == 1 && flag("flags", follow)
	case "open", "openat":
		return !flag("flags", unix.O_NOFOLLOW)
	case "umount2":
		return !flag("flags", unix.UMOUNT_NOFOLLOW)
	case "statx", "newfstatat", "fstatat64", "fchownat", "fchmodat2", "utimensat", "faccessat2", "execveat", "name_to_handle_at":
		return !flag("flags", noFollow) && !flag("flag", noFollow)
	}
	return true
}

func proc(tid int, what string) string { return "/proc/" + strconv.Itoa(tid) + "/" + what }

// reach returns the absolute path, in the thread's own root, of the file that a
// name leads to. Of a file that does not exist it is where it would be made.
func reach(tid int, dir int32, name string, follow bool) string {
	if name == "" { // AT_EMPTY_PATH: the directory's descriptor itself
		return where(tid, dir)
	}
	flags := unix.O_PATH | unix.O_CLOEXEC
	if !follow {
		flags |= unix.O_NOFOLLOW
	}
	if path, ok := open(tid, dir, name, flags); ok {
		return path
	}
	// It is not there, or may not be reached: then its directory may be.
	clean := strings.TrimRight(name, "/")
	parent, last := filepath.Split(clean)
	if parent == "" {
		parent = "."
	}
	if path, ok := open(tid, dir, parent, unix.O_PATH|unix.O_CLOEXEC); ok {
		return filepath.Join(path, last)
	}
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(where(tid, dir), name)
}

// where is the file of a descriptor; of AT_FDCWD, the working directory.
func where(tid int, dir int32) string {
	link := "cwd"
	if dir != unix.AT_FDCWD {
		link = "fd/" + strconv.Itoa(int(dir))
	}
	path, _ := os.Readlink(proc(tid, link))
	return inRoot(tid, path)
}

// open opens the file as the thread would, without touching it, and returns its
// path.
func open(tid int, dir int32, name string, flags int) (path string, ok bool) {
	from, resolve := "cwd", uint64(0)
	switch {
	case filepath.IsAbs(name):
		from, resolve = "root", unix.RESOLVE_IN_ROOT
	case dir != unix.AT_FDCWD:
		from = "fd/" + strconv.Itoa(int(dir))
	}
	base, err := unix.Open(proc(tid, from), unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", false
	}
	defer unix.Close(base)
	fd, err := unix.Openat2(base, name, &unix.OpenHow{Flags: uint64(flags), Resolve: resolve})
	if err != nil {
		return "", false
	}
	defer unix.Close(fd)
	path, err = os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	return inRoot(tid, path), err == nil
}

// inRoot makes a path of this process one of the thread's, which may have a root
// directory of its own.
func inRoot(tid int, path string) string {
	root, err := os.Readlink(proc(tid, "root"))
	if err != nil || root == "/" {
		return path
	}
	if inside, ok := strings.CutPrefix(path, root); ok && (inside == "" || inside[0] == '/') {
		return "/" + strings.TrimPrefix(inside, "/")
	}
	return path
}
