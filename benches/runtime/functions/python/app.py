from chalice import Chalice

app = Chalice(app_name="bench")


@app.route("/")
def index():
    return "hello"


@app.route("/users/{user_id}")
def get_user(user_id):
    return {"id": user_id, "name": "Ada"}


@app.route("/users", methods=["POST"])
def create_user():
    return app.current_request.json_body
