"""Makes documents, puts seals on them, and examines files; each in a process of its own (`__main__`).

Drawing a page holds the interpreter for seconds, and a stranger's PDF may do worse: neither may stop a callback from
being answered. The seal is a port (`seal.Seal`): what signs today with a certificate in a file may be a vendor's server
tomorrow.
"""
