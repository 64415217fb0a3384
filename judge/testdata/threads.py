# Threads that share a counter, pass messages, start programs and get signals.
import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

count = 0
lock = threading.Lock()


def add():
    global count
    for _ in range(2000):
        with lock:
            count += 1


def square(n):
    return n * n


def program(n):
    done = subprocess.run(["sh", "-c", f"echo {n}; exit {n}"], capture_output=True, text=True)
    return done.stdout, done.returncode


def main():
    threads = [threading.Thread(target=add) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("count", count)

    passed = queue.Queue(maxsize=3)
    producer = threading.Thread(target=lambda: [passed.put(n) for n in range(300)])
    producer.start()
    print("passed", sum(passed.get() for _ in range(300)))
    producer.join()

    with ThreadPoolExecutor(4) as pool:
        print("programs", list(pool.map(program, range(8))))
    with multiprocessing.get_context("fork").Pool(3) as pool:
        print("squares", pool.map(square, range(20)))

    got = []
    signal.signal(signal.SIGUSR1, lambda sig, frame: got.append(sig))
    main_thread = threading.get_ident()
    sender = threading.Thread(target=lambda: signal.pthread_kill(main_thread, signal.SIGUSR1))
    sender.start()
    sender.join()
    while not got:
        time.sleep(0.001)
    print("signal", int(got[0]))

    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    print("child", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    sys.exit(5)


main()
