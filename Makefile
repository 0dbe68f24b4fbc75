.PHONY: help demo test lock
.DEFAULT_GOAL := help

PYTHON ?= python3

help:  ## 列出这些命令
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo:  ## 在本机试用：一个演示校园，几部手机并排，打开印出来的网址
	@$(PYTHON) dev.py demo

test:  ## 全部检查与测试（SQLite 和真的 PostgreSQL）
	@$(PYTHON) dev.py test $(ARGS)

lock:  ## 按 pyproject.toml 重新生成锁文件
	@$(PYTHON) dev.py lock
